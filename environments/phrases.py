"""The words of messages: values as they are shown, lists of choices, what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def printable(text: str, most: int = 400) -> str:
    """The text, short, on one line, without what could command a terminal."""
    text = "".join(sign if sign.isprintable() else "?" for sign in text[: most + 1])
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
