"""Where does a subject stand? An address, and a way back to a line a person can edit.

A line is looked up only for what is found: reading ten thousand resources must
not cost ten thousand look-ups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from policies.finding import Path, Place


class Origin(Protocol):
    """A file, or a part of one, that can say where a path stands."""

    def place(self, path: Path, *, at_key: bool = False) -> Place | None:
        """The place of the value (or of its key), or of its nearest ancestor."""


class Nowhere:
    """The origin of what stands in no file."""

    def place(self, path: Path, *, at_key: bool = False) -> Place | None:
        """None: there is no line."""
        return None


NOWHERE = Nowhere()


@dataclass(frozen=True, slots=True)
class WholeFile:
    """The origin of what stands in a file whose lines say nothing to a person."""

    file: str

    def place(self, path: Path, *, at_key: bool = False) -> Place | None:
        """The file, without a line."""
        return Place(file=self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something to be judged. Two runs give the same thing the same address."""

    address: str
    origin: Origin = field(default=NOWHERE, repr=False, compare=False)
    root: Path = field(default=(), repr=False)
    """Where the subject begins in its origin."""

    @property
    def type(self) -> str:
        """Its resource type, or its kind of manifest; empty where there is but one."""
        return ""

    def place(self, path: Path = (), *, at_key: bool = False) -> Place | None:
        """The line of a path inside the subject, or of the nearest thing around it."""
        return self.origin.place((*self.root, *path), at_key=at_key)
