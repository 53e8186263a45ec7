"""A fault: something wrong at a path of a document, before anyone looked up the line.

Checks yield faults and know nothing of files; `Document.located` makes each a
`Problem` with line and column.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and list positions, from the root of a document."""

MOST = 200
"""Problems shown of one file: a person fixes the first of them and comes back."""

_UNPRINTABLE = re.compile(
    r"[^\x20-\x7e\xa0-\u200d\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\uf900-\ufefe\uff00-\ufffd"
    r"\U00010000-\U000dffff]"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot hold, at a path.

    `at_key` places it at the key instead of the value. `needs` are the other
    paths that it was concluded from: where one of them is itself in doubt, the
    fault is too, and is not reported.
    """

    path: Path
    rule: str
    message: str
    at_key: bool = False
    needs: tuple[Path, ...] = ()

    def rests_on(self, doubtful: Iterable[Path]) -> bool:
        """Whether something in doubt lies at, above or below what it was concluded from."""
        grounds = (self.path, *self.needs)
        return any(
            path[: len(ground)] == ground[: len(path)] for path in doubtful for ground in grounds
        )


def dotted(path: Path) -> str:
    """`("pools", "x", 0)` as `pools.x[0]`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def printable(text: str, most: int = 400) -> str:
    """The text, short, on one line, without what could command a terminal."""
    text = _UNPRINTABLE.sub("?", text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 3]}..."


def shown(value: object) -> str:
    """A value of a document as a message shows it."""
    match value:
        case dict():
            return "a map"
        case list():
            return "a list"
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return f'"{printable(value, 60)}"'
        case _:
            return printable(str(value), 60)


def one_of(words: Iterable[object]) -> str:
    """`a, b or c`."""
    *first, last = [str(word) for word in words]
    return f"{', '.join(first)} or {last}" if first else last


def similar(word: object, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    return next(iter(difflib.get_close_matches(str(word)[:200], list(known), 1, 0.6)), None)


def meant(word: object, known: Iterable[str]) -> str:
    """`; did you mean "x"?`, or nothing."""
    close = similar(word, known)
    return f'; did you mean "{close}"?' if close else ""


def known_or_meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?`, or what there is."""
    names = sorted(known)
    if hint := meant(word, names):
        return hint
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f"; there is {', '.join(names[:12])}{more}" if names else ""


def twice(values: Iterable[str], path: Path) -> Iterable[Fault]:
    """A fault for each value of a list that stands further up already."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault((*path, index), "listed-twice", f"{shown(value)} stands in the list already")
        seen.add(value)
