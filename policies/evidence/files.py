"""Bytes of files within their budget, as text; and the files below a directory.

Only regular files are opened: a pipe or a device would never end.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from policies.evidence.trouble import OVER_BUDGET, Unreadable
from policies.finding import Place

MAX_BYTES = 64 * 2**20
"""Of one file of manifests or Terraform JSON."""

SKIPPED = frozenset({".git", ".terraform", "node_modules", ".venv", "__pycache__"})
"""Directories in which no file is anybody's source."""


def read(file: Path, most: int = MAX_BYTES) -> bytes:
    """What the file holds. Raises `Unreadable` where it cannot be opened or is too large."""
    here = Place(file=shown(file))
    try:
        # Not blocking: opening a pipe would wait for a writer.
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable(here, "not a regular file")
            content = stream.read(most + 1)
    except OSError as error:
        message = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise Unreadable(here, message) from None
    return within(content, here.file, most)


def within(content: bytes, file: str, most: int = MAX_BYTES) -> bytes:
    """The content itself. Raises `Unreadable` where it is more than the budget."""
    if len(content) > most:
        raise Unreadable(Place(file=file), f"more than {most // 2**20} MiB", OVER_BUDGET)
    return content


def text(content: bytes, file: str) -> str:
    """The content as text: UTF-8, or UTF-16 as some shells write it.

    Raises `Unreadable` with the place of the first byte that is none.
    """
    try:
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        place = Place(file=file, line=line, column=column)
        raise Unreadable(place, "not UTF-8 text; is this a text file?") from None


def again(file: Path) -> str:
    """The text of a file once more, for lines; findings of one file come together.

    Raises `Unreadable` where it is gone since it was read.
    """
    try:
        state = file.stat()
    except OSError as error:
        raise Unreadable(Place(file=str(file)), str(error).lower()) from None
    return _again(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _again(file: Path, _changed: int, _size: int) -> str:
    return text(read(file), str(file))


def below(directory: Path, *endings: str) -> Iterator[Path]:
    """The files below a directory with one of the endings, in the order of their names.

    Links to directories are not followed: they may lead in a circle.
    """
    for folder, inner, names in os.walk(directory):
        inner[:] = sorted(name for name in inner if name not in SKIPPED)
        for name in sorted(names):
            if name.endswith(endings):
                yield Path(folder, name)


def shown(file: Path) -> str:
    """The path as a person would type it: relative to where they stand when below it."""
    try:
        return str(file.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError, RuntimeError):
        return str(file)
