"""What can go wrong, as one tree; a class for each different reaction.

* FleetError
  + UsageError      the command line asks for something that cannot be (exit 2)
  + InvalidInput    a file says something wrong; holds every located problem (exit 2)
  + OutsideError    something outside failed: a tool, a cluster, the network (exit 3)

A message is one line in lower case without a full stop: what went wrong, then
`;` and the next step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class FleetError(Exception):
    """Everything this project raises on purpose. Never shown with a traceback."""

    exit_code: ClassVar[int] = 3


class UsageError(FleetError):
    """The command line is off: an unknown environment, stack or option value."""

    exit_code = 2


class OutsideError(FleetError):
    """A tool, a cluster or the network failed; the message carries the next step."""

    exit_code = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file, at a place a person can edit.

    `line` and `column` count from 1. `rule` is the fault in words, as in
    `unknown-key`; `path` is the dotted path inside the document.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str
    path: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.rule}: {self.message}"


class InvalidInput(FleetError):
    """A file is wrong. Carries *all* problems found, in the order of the file."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
