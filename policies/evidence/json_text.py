"""JSON as plain data, fast and within limits."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from policies.evidence import files
from policies.evidence.trouble import UNREADABLE, Unreadable
from policies.finding import Place

_AT_BYTE = re.compile(r"\(byte (\d+)\)")


def looks_like_json(content: bytes) -> bool:
    """Whether the first character says so; YAML in braces is read as JSON would be, if it can."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def decode(content: bytes, file: str) -> Any:
    """The data. Raises `Unreadable` with the place where it stops to be JSON."""
    try:
        return msgspec.json.decode(as_utf8(content, file))
    except msgspec.DecodeError as error:
        raise unreadable(content, file, error) from None
    except RecursionError:
        raise Unreadable(Place(file=file), "nested too deep") from None


def as_utf8(content: bytes, file: str) -> bytes:
    """The content as UTF-8 without a byte order mark. Raises `Unreadable`."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return files.text(content, file).encode()
    if not content.isascii():
        files.text(content, file)  # The decoder skips over text that nobody asked for yet.
    return content.removeprefix(b"\xef\xbb\xbf")


def unreadable(content: bytes, file: str, error: Exception) -> Unreadable:
    """What msgspec says, with a line."""
    said = str(error)
    found = _AT_BYTE.search(said)
    at = min(int(found[1]), len(content)) if found else len(content.rstrip())
    line = content.count(b"\n", 0, at) + 1
    column = at - (content.rfind(b"\n", 0, at) + 1) + 1
    place = Place(file=file, line=line, column=column)
    return Unreadable(place, f"not JSON: {_worded(said)}", UNREADABLE)


def _worded(said: str) -> str:
    text = said.removeprefix("JSON is malformed: ").partition(" (byte")[0].strip()
    return f"{text[:1].lower()}{text[1:]}"
