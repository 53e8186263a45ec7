"""Which branch of a union a value means: by its tag (`provider`, `mode`), else by its kind.

A validator that tries every branch of `anyOf` can only say that none fits. Here
one branch is chosen first, so that what is wrong is said of the branch that was
meant, at its own line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from environments.faults import Fault, Path
from environments.phrases import meant, one_of, shown

Schema = Mapping[str, Any]

KINDS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "object": ("a map", dict),
    "array": ("a list", list),
    "string": ("text", str),
    "integer": ("a whole number", int),
    "number": ("a number", (int, float)),
    "boolean": ("true or false", bool),
    "null": ("nothing", type(None)),
}
"""What JSON Schema calls a kind of value, what people call it, and what it is in Python."""

ONLY_ONE = {
    **dict.fromkeys(("sharing", "mode"), "a cluster has one sharing mode"),
    **dict.fromkeys(("cloud", "provider"), "a cluster stands in one cloud"),
    **dict.fromkeys(("backend", "type"), "the states of an environment are kept in one place"),
}
"""Why there cannot be two, by key."""
_INSTEAD = {"mode": "make two clusters of it", "provider": "make two clusters of it"}
"""What to do where two were meant, by tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Union:
    """An `anyOf`, flattened: structs told apart by a tag, and everything else."""

    tag: str
    structs: Mapping[str, str]
    """The reference of each struct, by the value of the tag."""
    others: tuple[Schema, ...]

    @classmethod
    def of(cls, schema: Schema) -> Self:
        """Read the union out of a schema with `anyOf`."""
        if "discriminator" in schema:
            told_by = schema["discriminator"]
            return cls(tag=told_by["propertyName"], structs=told_by["mapping"], others=())
        tagged = [branch for branch in schema["anyOf"] if "discriminator" in branch]
        others = tuple(branch for branch in schema["anyOf"] if "discriminator" not in branch)
        inner = cls.of(tagged[0]) if tagged else cls(tag="", structs={}, others=())
        return cls(tag=inner.tag, structs=inner.structs, others=others)

    def chosen(self, value: object) -> Schema | None:
        """The branch that the value means, if it can be told."""
        if isinstance(value, dict) and self.structs:
            named = self._named(value)
            told = len(named) == 1 and value.get(self.tag) == named[0] and named[0] in self.structs
            return {"$ref": self.structs[named[0]]} if told else None
        for branch in self.others:
            if _is(branch, value):
                return branch
        real = [branch for branch in self.others if branch.get("type") != "null"]
        return real[0] if len(real) == 1 and not self.structs else None

    def faults(self, value: object, path: Path) -> Iterator[Fault]:
        """Why no branch can be told."""
        named = self._named(value)
        if self.structs and len(named) > 1:
            instead = _INSTEAD.get(self.tag, "choose one")
            message = f"{ONLY_ONE[self.tag]}; got {' and '.join(named)}; {instead}"
            yield Fault(path, "more-than-one", message, at_key=True)
        elif not isinstance(value, dict) or not self.structs:
            words = one_of([*self._words(), *self._maps()])
            message = f"must be {words}; got {shown(value)}{self._remedy(value)}"
            yield Fault(path, "wrong-value", message)
        elif self.tag not in value:
            message = f'"{self.tag}" is missing: {one_of(self.structs)}'
            yield Fault((*path, self.tag), "missing-key", message, at_key=True)
        else:
            given, hint = value[self.tag], meant(value[self.tag], self.structs)
            if given in self._words():
                hint = f'; write "{path[-1]}: {given}"'
            message = f"must be {one_of(self.structs)}; got {shown(given)}{hint}"
            yield Fault((*path, self.tag), "wrong-value", message)

    def _named(self, value: object) -> list[str]:
        """Every tag value that is written somewhere in the value."""
        words: list[object] = []
        for item in value if isinstance(value, list) else [value]:
            words += [item] if not isinstance(item, dict) else [*_listed(item.get(self.tag)), *item]
        known = {*self.structs, *self._words()}
        found = [word for word in words if isinstance(word, str) and word in known]
        return list(dict.fromkeys(found))

    def _words(self) -> list[str]:
        """The branches that are no maps, as people would write or name them."""
        words: list[str] = []
        for branch in self.others:
            kind = KINDS[branch.get("type", "object")][0]
            words += branch.get("enum", [kind])
        return words

    def _maps(self) -> list[str]:
        return [f"a map with {self.tag}: {one_of(self.structs)}"] if self.structs else []

    def _remedy(self, value: object) -> str:
        if isinstance(value, str) and value in self.structs:
            return f"; write {{{self.tag}: {value}}}"
        return meant(value, [*self.structs, *self._words()]) if isinstance(value, str) else ""


def _is(branch: Schema, value: object) -> bool:
    """Whether the value is of the branch's kind, right or wrong within."""
    if "enum" in branch:
        return isinstance(value, str) and value in branch["enum"]
    kinds = branch.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):  # which Python takes for a number
        return "boolean" in kinds
    return any(isinstance(value, KINDS[kind][1]) for kind in kinds)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
