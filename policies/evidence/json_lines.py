"""Where a path stands in a JSON text: entry by entry, down the path, for findings alone.

The decoder itself cuts a value into its entries, in C; between them there are only
keys, colons and commas. Where a map says a key twice the decoder hides one, and the
entries are found token by token instead.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from policies.finding import Path, Place

KEPT = 3
"""Levels whose entries are remembered: in Terraform JSON `resource`, type and name."""

_KEY = re.compile(rb'[\s,]*("(?:[^"\\]|\\.)*+")\s*:\s*', re.DOTALL)
_GAP = re.compile(rb"[\s,]*")
_END = re.compile(rb"\s*\}")
_START = re.compile(rb"\s*")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]|[^\s{}\[\],:"]+', re.DOTALL)
_OPENING, _CLOSING = frozenset(b"{["), frozenset(b"}]")
_MAP = dict[str, msgspec.Raw]
_LIST = list[msgspec.Raw]

Span = tuple[int, int, int]
"""Where the key begins (in a list, the value), where the value begins, and where it ends."""

Entries = dict[str | int, Span]


@dataclass(slots=True)
class JsonLines:
    """The origin of what a JSON file says."""

    file: str
    content: Callable[[], bytes]
    _text: bytes = b""
    _ends: list[int] = field(default_factory=list, repr=False)
    """Where each line but the last ends."""
    _kept: dict[Path, Entries] = field(default_factory=dict, repr=False)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The line of a scalar, or of the key of what holds more or should hold the rest."""
        if not self._text:
            self._text = self.content()
            self._ends = [end.start() for end in re.finditer(rb"\n", self._text)]
        span, steps = self._root(), 0
        for step in path:
            inner = self._entries(path[:steps], span).get(step)
            if inner is None:
                break
            span, steps = inner, steps + 1
        return self._placed(span, at_key=at_key or steps < len(path))

    def _root(self) -> Span:
        start = _START.match(self._text)
        begin = start.end() if start else 0
        return begin, begin, len(self._text)

    def _entries(self, path: Path, span: Span) -> Entries:
        if path in self._kept:
            return self._kept[path]
        found = entries(self._text, span[1], span[2])
        if len(path) < KEPT:
            self._kept[path] = found
        return found

    def _placed(self, span: Span, *, at_key: bool) -> Place:
        key, value, _ = span
        holds_more = self._text[value : value + 1] in {b"{", b"["}
        at = key if at_key or holds_more else value
        line = bisect_right(self._ends, at - 1) if at else 0
        start = self._ends[line - 1] + 1 if line else 0
        column = len(self._text[start:at].decode("utf-8", "replace"))
        return Place(file=self.file, line=line + 1, column=column + 1)


def entries(text: bytes, begin: int, end: int) -> Entries:
    """The entries of the map or list that begins there; none of anything else."""
    match text[begin : begin + 1]:
        case b"{":
            found = _of_map(text, begin, end)
        case b"[":
            found = _of_list(text, begin, end)
        case _:
            return {}
    return _token_by_token(text, begin) if found is None else found


def _of_map(text: bytes, begin: int, end: int) -> Entries | None:
    """None where the decoder and the text disagree."""
    found: Entries = {}
    at = begin + 1
    for name, raw in _decoded(text[begin:end], _MAP).items():
        key = _KEY.match(text, at)
        if key is None or not _is(key[1], name):
            return None
        at = key.end() + len(memoryview(raw))
        found[name] = (key.start(1), key.end(), at)
    return found if _END.match(text, at) else None


def _of_list(text: bytes, begin: int, end: int) -> Entries:
    found: Entries = {}
    at = begin + 1
    for number, raw in enumerate(_decoded(text[begin:end], _LIST)):
        gap = _GAP.match(text, at)
        start = gap.end() if gap else at
        at = start + len(memoryview(raw))
        found[number] = (start, start, at)
    return found


def _decoded(text: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError):  # it was changed since it was read
        return kind()


def _is(token: bytes, name: str) -> bool:
    return token[1:-1] == name.encode("utf-8", "surrogatepass") or _text_of(token) == name


def _text_of(token: bytes) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1].decode("utf-8", "replace")


def _token_by_token(text: bytes, begin: int) -> Entries:
    """The entries of a map in which a key stands twice: the last one counts."""
    found: Entries = {}
    depth = 0
    key: re.Match[bytes] | None = None
    start = begin
    for token in _TOKEN.finditer(text, begin):
        byte = text[token.start()]
        depth -= byte in _CLOSING
        if depth == 0 and byte in _CLOSING:
            return found
        if depth == 1 and key is None:
            key, start = token, -1
        else:
            start = token.start() if start < 0 else start
            depth += byte in _OPENING
            if depth == 1 and key is not None:
                found[_text_of(key[0])] = (key.start(), start, token.end())
                key = None
    return found
