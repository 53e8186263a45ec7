"""What is wrong, where, and how bad: the one noun that leaves the judge.

A finding says which rule found it, about which subject, at which path inside
the subject, and at which line a person can edit. How it is shown is a report's
business.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Path = tuple[str | int, ...]
"""Keys and list positions, from the root of a subject."""

Outcome = Literal["fail", "unknown", "error"]
"""`fail`: the fault is there. `unknown`: it shows after an apply only. `error`: the
rule, or the reader of a file, could not come to a verdict."""

Channel = Literal["environment", "resource", "annotation", "baseline"]
"""Where a waiver was written down."""


class Severity(enum.IntEnum):
    """How bad; each is worse than the one before."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Severity:
        """The severity that is written `word`. Raises `KeyError`."""
        return cls[word.upper()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position in a file. Both count from 1; None where no line is known."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        parts = [self.file, self.line, self.column]
        return ":".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another place that helps to understand the finding."""

    message: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Why a finding is accepted, by whom, and until which day (inclusive)."""

    channel: Channel
    reason: str
    owner: str = ""
    until: dt.date | None = None
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong. `waiver` is set when somebody accepted it."""

    rule: str
    """The rule's id: the fault in words, with dashes."""
    severity: Severity
    outcome: Outcome
    subject: str
    """The subject's address: the same for the same thing in every run."""
    path: Path = ()
    """Where inside the subject."""
    message: str
    """One line in lower case, without a full stop."""
    fix: str = ""
    """The next step of a person."""
    place: Place | None = None
    """The line to edit."""
    related: tuple[Related, ...] = ()
    waiver: Waiver | None = None
    detail: str = ""
    """Tells two findings of one rule at one path apart; part of the fingerprint."""

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same fault in every run; made of no line numbers."""
        said = "\0".join((self.rule, self.subject, dotted(self.path), self.detail))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def dotted(path: Path) -> str:
    """`("spec", "containers", 0)` as `spec.containers[0]`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
