"""A YAML file as plain data, with the place of every key and value.

A path leads to a line here, and nowhere else: checks speak of paths, people
read lines. How the text becomes data is the business of `yaml_reader`; what the
data means, of `load`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from environments.errors import Problem
from environments.faults import Fault, Path, dotted
from environments.phrases import printable


class Place(NamedTuple):
    """A position in a file; both count from 1."""

    line: int
    column: int


class Mark(Protocol):
    """A position as the YAML parser has it; both count from 0."""

    line: int
    column: int


@dataclass(slots=True, kw_only=True)
class Document:
    """Plain data (dicts, lists, scalars), and where each key and value stands."""

    file: str
    data: Any = None
    readable: bool = False
    """Whether `data` is all that the file says; not so after a syntax error."""
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    aliases: dict[Path, Path] = field(default_factory=dict)
    """Where the value stands that an alias (`*name`) at the path repeats."""
    written: dict[Path, str] = field(default_factory=dict)
    """Numbers whose text says more than their value: `1.30`."""
    doubtful: set[Path] = field(default_factory=set)
    """Where the file can be read in two ways; `data` holds one of them."""
    problems: list[Problem] = field(default_factory=list)

    def located(self, fault: Fault) -> Problem:
        """The fault, with its line and column."""
        return self.problem(fault.path, fault.rule, fault.message, at_key=fault.at_key)

    def problem(self, path: Path, rule: str, message: str, *, at_key: bool = False) -> Problem:
        """A problem at the path, or at its nearest ancestor that stands in the file."""
        return self.problem_at(self.place(path, at_key=at_key), rule, message, path)

    def problem_at(self, place: Place, rule: str, message: str, path: Path = ()) -> Problem:
        """A problem at a place of the file."""
        return Problem(
            file=self.file,
            line=place.line,
            column=place.column,
            rule=rule,
            message=printable(message),
            path=printable(dotted(path)),
        )

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Where the value (or its key) stands, or the nearest ancestor that does."""
        marks = self.keys if at_key else self.values
        for end in range(len(path), -1, -1):
            origin = self._origin(path[:end])
            if (mark := marks.get(origin) or self.values.get(origin)) is not None:
                return Place(mark.line + 1, mark.column + 1)
        return Place(1, 1)

    def _origin(self, path: Path) -> Path:
        """The path at which a value was written, when an alias repeats what holds it."""
        for end in range(1, len(path)):
            if (target := self.aliases.get(path[:end])) is not None:
                return self._origin((*target, *path[end:]))
        return path
