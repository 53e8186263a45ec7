"""What a rule is: a pure generator of faults over one subject, and the words beside it.

A rule is a file below `rules/<pack>/`; the file's name is its id, and the module
docstring is the only source of its documentation. A rule sees one subject and
may look at the whole fleet, but reports on the subject alone.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

from policies.finding import Path, Related, Severity
from policies.subject import Fleet, Subject

S = TypeVar("S", bound=Subject)

Check = Callable[[Any, Fleet], Iterator["Fault"]]

Kind = Literal["environment", "manifest", "terraform", "plan", "live"]
"""What the examples of a rule are written in."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check yields: something wrong at a path inside its subject."""

    message: str
    path: Path = ()
    outcome: Literal["fail", "unknown"] = "fail"
    detail: str = ""
    """Tells two faults at one path apart; never a line number, it is in the fingerprint."""
    related: tuple[Related, ...] = ()
    at_key: bool = False
    """Place it at the key instead of at the value."""
    fix: str = ""
    """A next step that fits better than the rule's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A file that breaks the rule, or one that keeps it."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Docs:
    """What a person reads about a rule; parsed from its module's docstring."""

    title: str
    why: str
    fix: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One fault that is looked for."""

    id: str
    pack: str
    severity: Severity
    judges: type[Subject]
    """The kind of subject that it looks at."""
    types: frozenset[str] = frozenset()
    """Resource types, or kinds of manifest; empty for all."""
    check: Check = field(repr=False)
    waivable: bool = True
    text: str = field(repr=False)
    """The docstring."""

    @cached_property
    def docs(self) -> Docs:
        """Title, why, fix and examples."""
        return parse(self.text)


def rule(
    severity: Severity,
    *,
    judges: type[S],
    types: tuple[str, ...] = (),
    waivable: bool = True,
) -> Callable[[Callable[[S, Fleet], Iterator[Fault]]], Rule]:
    """Make a generator of faults the rule of its module."""

    def made(check: Callable[[S, Fleet], Iterator[Fault]]) -> Rule:
        package, _, name = check.__module__.rpartition(".")
        return Rule(
            id=name.replace("_", "-"),
            pack=package.rpartition(".")[2].replace("_", "-"),
            severity=severity,
            judges=judges,
            types=frozenset(types),
            check=check,
            waivable=waivable,
            text=sys.modules[check.__module__].__doc__ or "",
        )

    return made


# --- docstrings ----------------------------------------------------------------

_SECTION = re.compile(r"^(Why|Fix|(Bad|Good) \((\w+)\)):[ ]*", re.MULTILINE)


def parse(text: str) -> Docs:
    """The parts of a rule's docstring. Raises `ValueError` where one is missing."""
    text = _cleaned(text)
    marks = list(_SECTION.finditer(text))
    title = " ".join(text[: marks[0].start() if marks else len(text)].split())
    prose: dict[str, str] = {}
    examples: dict[str, list[Example]] = {"Bad": [], "Good": []}
    ends = [*(mark.start() for mark in marks), len(text)][1:]
    for mark, end in zip(marks, ends, strict=False):
        body = text[mark.end() : end]
        if mark[2]:
            dedented = textwrap.dedent(body).strip("\n") + "\n"
            examples[mark[2]].append(Example(kind=_kind(mark[3]), text=dedented))
        else:
            prose[mark[1]] = " ".join(body.split())
    for part in ("Why", "Fix"):
        if not prose.get(part):
            msg = f'a rule needs "{part}: ..." in its docstring'
            raise ValueError(msg)
    return Docs(
        title=title,
        why=prose["Why"],
        fix=prose["Fix"],
        bad=tuple(examples["Bad"]),
        good=tuple(examples["Good"]),
    )


def _kind(word: str) -> Kind:
    match word:
        case "environment" | "manifest" | "terraform" | "plan" | "live":
            return word
        case _:
            msg = f'"{word}" is no kind of example; known: environment, manifest, terraform, plan'
            raise ValueError(msg)


def _cleaned(text: str) -> str:
    """A docstring without the indentation of its source."""
    first, _, rest = text.expandtabs().partition("\n")
    return f"{first.strip()}\n{textwrap.dedent(rest)}".strip() + "\n"
