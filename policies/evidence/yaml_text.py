"""The documents of a YAML text as plain data, fast; and where a path stands in one of them.

Any YAML that Kubernetes' tools take: several documents, anchors, merge keys. Two
passes: the first makes data and remembers only where each document begins, the
second finds lines, and runs for documents with findings alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from policies.evidence import scalars
from policies.evidence.trouble import OVER_BUDGET, UNREADABLE, Unreadable
from policies.finding import Path, Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: ten times slower, same result.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_VALUES = 2_000_000
"""Of one text, after aliases are followed: a few lines of nested aliases make billions."""
MAX_DEPTH = 100


@dataclass(slots=True)
class Parsed:
    """One document: its data, and where it begins in the text."""

    data: Any
    begin: int
    """The first character, from 0."""
    line: int
    """The line of that character, from 0."""
    twice: list[tuple[Path, int, int]] = field(default_factory=list)
    """Keys that stand twice in one map, with line and column from 1."""


def documents(text: str, file: str) -> Iterator[Parsed]:
    """Each document of the text.

    Raises `Unreadable` at the place from which nothing can be read; the documents
    before were yielded.
    """
    reader = _Reader(file)
    try:
        # `yaml.parse` asks for each event twice.
        following, scalar, take = _Loader(text).get_event, reader.scalar, reader.take
        while (event := following()) is not None:
            if type(event) is _SCALAR:  # more than half of all
                scalar(event)
            elif (parsed := take(event)) is not None:
                yield parsed
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(error.problem or error.context or "not YAML").split())
        raise Unreadable(_place(file, mark), f"not YAML: {said}", UNREADABLE) from None
    except yaml.YAMLError as error:  # a character that cannot stand in YAML
        said = " ".join(str(error).split())
        raise Unreadable(Place(file=file), f"not YAML: {said}", UNREADABLE) from None


def _place(file: str, mark: Any) -> Place:
    if mark is None:
        return Place(file=file)
    return Place(file=file, line=mark.line + 1, column=mark.column + 1)


_SCALAR = yaml.ScalarEvent

_OPEN = object()
"""The key that a map waits for."""


class _Reader:
    """Takes the events of one text, one after the other; holds what is not closed yet."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.count = 0
        self.plain: dict[str, scalars.Scalar] = {}
        """Scalars repeat; most are looked at once."""
        self.begin(None)

    def begin(self, event: yaml.Event | None) -> None:
        """Begin a document: anchors do not reach over its end."""
        mark: Any = None if event is None else event.start_mark
        self.document = Parsed(None, mark.index if mark else 0, mark.line if mark else 0)
        self.stack: list[tuple[Any, Any, str | None, int]] = []
        """Of each open collection's parent: itself, its key, our anchor, the count before."""
        self.holder: Any = None
        self.key: Any = _OPEN
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.merged: set[int] = set()
        """Maps with a merge key: what it brought may stand in them again."""

    def take(self, event: yaml.Event) -> Parsed | None:
        """Add what another event says; the document when it ends it."""
        kind = type(event)
        if kind is yaml.MappingStartEvent:
            self._open({}, event)
        elif kind is yaml.SequenceStartEvent:
            self._open([], event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._close(event)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self.begin(event)
        elif kind is yaml.DocumentEndEvent:
            return self.document
        return None

    def scalar(self, event: Any) -> None:
        """Add a scalar: a value, or the key of one."""
        value: Any = event.value
        if event.implicit[0]:
            text = value
            try:
                value = self.plain[text]
            except KeyError:
                value = self.plain[text] = scalars.plain(text)
        elif event.tag is not None and not event.tag.endswith(":str"):
            value = _tagged(event.tag, value)
        self.count += 1
        if self.count > MAX_VALUES:
            self._weigh(0, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, 1
        if type(self.holder) is dict and self.key is _OPEN and type(value) is str:
            self.key = value if value not in self.holder else self._key(value, event)
        else:
            self._put(value, event)

    def _open(self, collection: Any, event: Any) -> None:
        self._weigh(1, event)
        if len(self.stack) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise Unreadable(_place(self.file, event.start_mark), message, OVER_BUDGET)
        self.stack.append((self.holder, self.key, event.anchor, self.count))
        self.holder, self.key = collection, _OPEN

    def _close(self, event: Any) -> None:
        done = self.holder
        self.holder, self.key, anchor, before = self.stack.pop()
        if anchor is not None:
            self.anchors[anchor] = done, self.count - before + 1
        self._put(done, event)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            message = f"*{event.anchor} repeats nothing that ends above"
            raise Unreadable(_place(self.file, event.start_mark), message)
        value, weight = self.anchors[event.anchor]
        self._weigh(weight, event)
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:
        holder = self.holder
        if holder is None:
            self.document.data = value
        elif type(holder) is list:
            holder.append(value)
        elif self.key is _OPEN:
            self.key = self._key(value, event)
        else:
            key, self.key = self.key, _OPEN
            if key == "<<" and isinstance(value, dict | list):
                _merge(holder, value)
                self.merged.add(id(holder))
            else:
                holder[key] = value

    def _key(self, value: Any, event: Any) -> Any:
        key = value if type(value) is str else _key_text(value)
        if key in self.holder and id(self.holder) not in self.merged:
            mark = event.start_mark
            path = (*(step for step in self._path()), key)
            self.document.twice.append((path, mark.line + 1, mark.column + 1))
        return key

    def _path(self) -> Path:
        steps = [*(entry[1] for entry in self.stack[1:])]
        holders = [*(entry[0] for entry in self.stack[1:])]
        return tuple(
            len(holder) if type(holder) is list else step
            for holder, step in zip(holders, steps, strict=True)
        )

    def _weigh(self, values: int, event: Any) -> None:
        self.count += values
        if self.count > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values from here on"
            raise Unreadable(_place(self.file, event.start_mark), message, OVER_BUDGET)


def _merge(holder: dict[str, Any], value: Any) -> None:
    """What a merge key brings: what the map says itself goes first, wherever it stands."""
    for source in value if isinstance(value, list) else [value]:
        if isinstance(source, dict):
            for key, inner in source.items():
                holder.setdefault(key, inner)


def _key_text(value: Any) -> str:
    """A key as JSON has it: text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case _:
            return "?"


def _tagged(tag: str, value: str) -> Any:
    """A scalar with a tag of YAML itself; other tags mean nothing to us."""
    if tag.endswith((":int", ":float", ":bool", ":null")):
        return scalars.plain(value) if value else None
    return value
