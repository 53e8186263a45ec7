"""A YAML file's bytes to plain data and places. Never raises for what a file says.

Events are read instead of composed nodes: nesting is then refused before it can
overflow the parser's stack, and reading is ten times faster. Anchors and aliases
are followed; merge keys, tags and second documents are refused. How a scalar is
read is the business of `scalars`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

import yaml

from environments import faults, phrases, scalars, yaml_syntax
from environments.faults import Path
from environments.yaml_document import Document, Mark, Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: ten times slower, same result.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 2 * 2**20
MAX_VALUES = 100_000
"""Values after aliases are followed: a few lines of nested aliases make billions."""
MAX_DEPTH = 64

_LINE_END = re.compile(r"\r\n?|[\n\x85\u2028\u2029]")
_NOT_TEXT = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def parse(content: bytes, file: str, only_one: Mapping[str, str] | None = None) -> Document:
    """Read one YAML document. Never raises for what the content says: see `.problems`.

    `only_one` says of some keys why they cannot stand twice, beyond YAML's own reason.
    """
    document = Document(file=file)
    try:
        text = _text(content)
        document.data = _Reader(text, document, only_one or {}).document_value()
        document.readable = True
    except _Unreadable as stop:
        document.problems.append(document.problem_at(stop.place, stop.rule, stop.message))
    except yaml.MarkedYAMLError as error:
        place, message = yaml_syntax.complaint(error, text)
        document.problems.append(document.problem_at(place, "not-yaml", message))
    return document


class _Unreadable(Exception):
    """Nothing behind this place can be read; caught in `parse`."""

    def __init__(self, place: Place, rule: str, message: str) -> None:
        super().__init__(message)
        self.place, self.rule, self.message = place, rule, message


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        message = f"more than {MAX_BYTES // 2**20} MiB; an environment has some kilobytes"
        raise _Unreadable(Place(1, 1), "too-large", message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _end_of(content[: error.start].decode("utf-8"))
        message = "not UTF-8 text; is this a YAML file?"
        raise _Unreadable(place, "not-text", message) from None
    if (odd := _NOT_TEXT.search(text)) is not None:
        message = f"the character U+{ord(odd[0]):04X} cannot stand here; is this a YAML file?"
        raise _Unreadable(_end_of(text[: odd.start()]), "not-text", message)
    return text


def _end_of(text: str) -> Place:
    lines = _LINE_END.split(text)
    return Place(len(lines), len(lines[-1]) + 1)


def _mark(event: yaml.Event) -> Mark:
    return cast("Mark", event.start_mark)


def _place(event: yaml.Event) -> Place:
    return Place(_mark(event).line + 1, _mark(event).column + 1)


class _Reader:
    """Walks the events of one text, once; fills the document's places."""

    def __init__(self, text: str, document: Document, only_one: Mapping[str, str]) -> None:
        self.only_one = only_one
        self.events = yaml.parse(text, Loader=_Loader)
        self.document = document
        self.count = 0
        self.anchors: dict[str, tuple[Any, Path, int]] = {}
        """The value of an anchor, its path, and how many values it holds."""
        self.unfinished: set[str] = set()

    def document_value(self) -> Any:
        """The value of the one document of the text."""
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise _Unreadable(Place(1, 1), "empty-file", "the file says nothing")
        event = next(self.events)
        if isinstance(event, yaml.ScalarEvent) and _is_nothing(event):
            raise _Unreadable(Place(1, 1), "empty-file", "the file says nothing")
        data = self.value(event, ())
        next(self.events)  # the document ends
        if not isinstance(event := next(self.events), yaml.StreamEndEvent):
            message = "one file holds one document; split it at ---"
            self.refuse(event, (), "second-document", message)
        return data

    def value(self, event: yaml.Event, path: Path) -> Any:
        """The value that the event begins."""
        self._weigh(event, path, 1)
        self.document.values.setdefault(path, _mark(event))
        match event:
            case yaml.AliasEvent():
                return self._alias(event, path)
            case yaml.ScalarEvent() | yaml.CollectionStartEvent():
                return self._anchored(event, path)
            case _:
                msg = f"{event} begins no value; this is a bug, please report it"
                raise AssertionError(msg)

    def _anchored(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, path: Path) -> Any:
        if event.tag is not None:
            self.refuse(event, path, "unknown-tag", f"tags are not read; remove {event.tag}")
        if event.anchor is None:
            return self._content(event, path)
        self.unfinished.add(event.anchor)
        before = self.count
        data = self._content(event, path)
        self.anchors[event.anchor] = data, path, self.count - before
        self.unfinished.discard(event.anchor)
        return data

    def _content(self, event: yaml.Event, path: Path) -> Any:
        match event:
            case yaml.ScalarEvent():
                return self._scalar(event, path)
            case yaml.MappingStartEvent():
                return self._mapping(path)
            case _:
                return self._sequence(path)

    def _weigh(self, event: yaml.Event, path: Path, values: int) -> None:
        self.count += values
        if self.count > MAX_VALUES:
            place, message = _place(event), f"more than {MAX_VALUES} values from here on"
            raise _Unreadable(place, "too-large", message)
        if len(path) > MAX_DEPTH:
            place, message = _place(event), f"nested deeper than {MAX_DEPTH} levels"
            raise _Unreadable(place, "too-deep", message)

    def _sequence(self, path: Path) -> list[Any]:
        out: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            out.append(self.value(event, (*path, len(out))))
        return out

    def _mapping(self, path: Path) -> dict[str, Any]:
        out: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path)
            here = (*path, "?" if key is None else key)
            if key in out:
                self.refuse(event, here, "duplicate-key", self._twice(here))
            self.document.keys.setdefault(here, _mark(event))
            value = self._value_of_key(here)
            if key is not None:
                out.setdefault(key, value)
        return out

    def _twice(self, path: Path) -> str:
        key, line = str(path[-1]), self.document.keys[path].line + 1
        why = f"; {self.only_one[key]}" if key in self.only_one else ""
        return f"{phrases.shown(key)} stands at line {line} already{why}"

    def _key(self, event: yaml.Event, path: Path) -> str | None:
        """The text of a key; nothing where it is refused."""
        if not isinstance(event, yaml.ScalarEvent):
            self.refuse(event, (*path, "?"), "not-a-key", "a key must be plain text")
            if not isinstance(event, yaml.AliasEvent):
                self.value(event, (*path, "?"))
            return None
        key = str(event.value)
        if event.style:
            return key
        if key == "<<":
            message = "merge keys are not read; write the fields out"
            self.refuse(event, (*path, "?"), "merge-key", message)
            return None
        if (why := scalars.ambiguity(key)) is not None:
            self.refuse(event, (*path, key), "ambiguous-scalar", why)
        return key

    def _value_of_key(self, path: Path) -> Any:
        event = next(self.events)
        if isinstance(event, yaml.ScalarEvent) and _is_nothing(event):
            # The parser places what is not there at the end of the line, or behind the file.
            self.document.values.setdefault(path, self.document.keys[path])
        return self.value(event, path)

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> scalars.Scalar:
        text = str(event.value)
        if event.style:
            return text
        if (why := scalars.ambiguity(text)) is not None:
            self.refuse(event, path, "ambiguous-scalar", why)
            return text
        value = scalars.plain(text)
        if isinstance(value, float):
            self.document.written.setdefault(path, text)
        return value

    def _alias(self, event: yaml.AliasEvent, path: Path) -> Any:
        if event.anchor in self.unfinished:
            self.refuse(event, path, "endless-alias", f"*{event.anchor} would hold itself")
            return None
        if event.anchor not in self.anchors:
            self.refuse(event, path, "unknown-alias", f"no &{event.anchor} stands above")
            return None
        value, origin, values = self.anchors[event.anchor]
        self._weigh(event, path, values)
        self.document.aliases.setdefault(path, origin)
        return value

    def refuse(self, event: yaml.Event, path: Path, rule: str, message: str) -> None:
        """Report what stands here, and mark its path as doubtful."""
        place = _place(event)
        if len(self.document.problems) >= faults.MOST:
            raise _Unreadable(place, "too-many-problems", f"the first {faults.MOST} are shown")
        self.document.problems.append(self.document.problem_at(place, rule, message, path))
        self.document.doubtful.add(path)


def _is_nothing(event: yaml.ScalarEvent) -> bool:
    return event.value == "" and not event.style
