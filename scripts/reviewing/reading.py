"""Plan files as plans, each named for its stack. What cannot be read is told, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from environments.errors import InvalidInput, Problem, UsageError
from policies.change import PlanFile
from policies.evidence import files, plan
from policies.evidence.trouble import Unreadable
from policies.origin import Subject, WholeFile

PLAIN_NAMES = {"plan", "tfplan", "plan.tf", "show"}
"""Names that say nothing: the folder's is taken."""


def read(paths: Iterable[Path]) -> list[Subject]:
    """Every plan, and after each what it changes.

    Raises `InvalidInput` with every file that is no plan, `UsageError` for two of one name.
    """
    subjects: list[Subject] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            content = files.read(path, plan.MAX_BYTES)
            # A plan is one line of many megabytes: a place in it leads nobody anywhere.
            shown = files.shown(path)
            subjects += plan.of_content(content, shown, stack(path), WholeFile(shown))
        except Unreadable as stop:
            problems.append(_problem(stop))
    if problems:
        raise InvalidInput(tuple(problems))
    names = Counter(found.address for found in plans(subjects))
    for name, count in names.items():
        if count > 1:
            raise UsageError(f'{count} plans are of a stack "{name}"; name each file for its stack')
    return subjects


def plans(subjects: Sequence[Subject]) -> list[PlanFile]:
    """The plans among the subjects."""
    return [subject for subject in subjects if isinstance(subject, PlanFile)]


def stack(path: Path) -> str:
    """The name of the stack: the file's, or its folder's where the file is called plan.json."""
    name = path.name.removesuffix(".json")
    return path.absolute().parent.name or name if name in PLAIN_NAMES else name


def _problem(stop: Unreadable) -> Problem:
    found = stop.finding()
    place = found.place
    return Problem(
        file=place.file if place else found.subject,
        line=(place and place.line) or 1,
        column=(place and place.column) or 1,
        rule=found.rule,
        message=found.message,
    )
