"""The tables of keys in `environments/README.md`, derived from the schema.

A row for each key, with its path from the root of the file; `*` stands for a
name that you choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from environments import schema

KINDS = {
    "object": "map",
    "array": "list",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
}
UNBOUNDED = 1_000_000
"""A limit that only keeps slips out is not worth a word."""
FORMATS = {"cpu": "cores", "memory": "memory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One key of a file."""

    path: str
    holds: str
    default: str
    meaning: str
    only: tuple[str, ...] = field(default=())
    """The tags (`provider`, `mode`) with which it may stand; any when empty."""

    def __str__(self) -> str:
        only = f" *({', '.join(self.only)})*" if self.only else ""
        return f"| `{self.path}`{only} | {self.holds} | {self.default} | {self.meaning} |"


def table(root: type[msgspec.Struct]) -> str:
    """The Markdown table of one kind of file."""
    rows: dict[tuple[str, str, str, str], Row] = {}
    for found in _rows(schema.documented(root)["$defs"], root.__name__, ""):
        key = (found.path, found.holds, found.default, found.meaning)
        before = rows[key].only if key in rows else ()
        rows[key] = replace(found, only=(*before, *found.only))
    for row in list(rows):
        path, holds, default, meaning = row
        of_a_service = (path.replace("jobs.*.", "services.*."), holds, default, meaning)
        if row != of_a_service and of_a_service in rows:
            del rows[row]  # Said of services already, and in the text.
    return "\n".join(
        ["| key | holds | default | meaning |", "|---|---|---|---|", *map(str, rows.values())]
    )


def _rows(definitions: Any, name: str, path: str, only: tuple[str, ...] = ()) -> Iterator[Row]:
    definition = definitions[name]
    for key, property_ in definition["properties"].items():
        here = f"{path}.{key}".lstrip(".")
        tag = property_.get("enum", [])
        if key in schema.TAGS and len(tag) == 1:
            continue
        yield Row(
            path=here,
            holds=_holds(property_),
            default="*needed*" if key in definition["required"] else _default(property_),
            meaning=property_["description"],
            only=only,
        )
        for inner, inner_path, inner_only in _below(definitions, property_, here):
            yield from _rows(definitions, inner, inner_path, inner_only)


def _below(definitions: Any, part: Any, path: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The structs that a value of this part may be: name, path, and tag."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        tags = [definitions[name]["properties"].get(tag) for tag in schema.TAGS]
        yield name, path, tuple(tag["enum"][0] for tag in tags if tag)
    for branch in part.get("anyOf", ()):
        yield from _below(definitions, branch, path)
    if isinstance(inner := part.get("additionalProperties"), dict):
        yield from _below(definitions, inner, f"{path}.*")


def _holds(part: Any) -> str:
    if "$ref" in part:
        return "map"
    if "discriminator" in part:
        told_by = part["discriminator"]
        return f"map with `{told_by['propertyName']}`: {_choices(told_by['mapping'])}"
    if "enum" in part and "pattern" not in part:
        return _choices(part["enum"])
    if "anyOf" in part:
        words = [_holds(branch) for branch in part["anyOf"] if branch.get("type") != "null"]
        return ", or ".join(words)
    if "format" in part:
        return FORMATS[part["format"]]
    kind = KINDS[part["type"]]
    least, most = part.get("minimum"), part.get("maximum")
    if most is not None and most < UNBOUNDED:
        return f"{kind}, {least} to {most}"
    return f"{kind}, {least} or more" if least == 1 else kind


def _choices(words: Any) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _default(part: Any) -> str:
    value = part.get("default")
    if value is None or value in ({}, [], ""):
        return ""
    if isinstance(value, dict):
        words = list(value.values())
        if not any(words):
            return ""
        return _choices(words) if all(isinstance(word, str) for word in words) else "see below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
