"""One file on its way to a model, with all that is wrong with it.

A file without fault is converted and done. Only a faulty one is shown to the
schema, which finds everything at once but takes longer to import than all else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from environments import credentials, faults
from environments.errors import Problem, UsageError
from environments.faults import Fault
from environments.quantity import decode
from environments.union import ONLY_ONE
from environments.yaml_document import Document
from environments.yaml_reader import MAX_BYTES, parse

T = TypeVar("T", bound=msgspec.Struct)


@dataclass(slots=True, kw_only=True)
class Reading(Generic[T]):
    """What a file says, as far as it is sound, and its problems so far."""

    document: Document
    model: T | None
    """All of the file, or what of it can be judged; None where it cannot be read."""
    problems: list[Problem]
    doubtful: frozenset[faults.Path] = frozenset()
    """What the model lacks, or what the file says twice."""

    def report(self, found: Iterable[Fault], also: frozenset[faults.Path] = frozenset()) -> None:
        """Add the faults that rest on nothing doubtful, neither here nor in `also`."""
        doubtful = self.doubtful | also
        certain = (fault for fault in found if not fault.rests_on(doubtful))
        self.problems += map(self.document.located, islice(certain, faults.MOST + 1))

    def in_order(self) -> list[Problem]:
        """The problems in the order of the file, each once, and not too many."""
        unique = {str(problem): problem for problem in self.problems}
        ordered = sorted(unique.values(), key=lambda p: (p.line, p.column, p.rule))
        shown = ordered[: faults.MOST]
        if len(ordered) > len(shown):
            message = f"there are more; the first {faults.MOST} are shown"
            shown.append(replace(shown[-1], rule="too-many-problems", message=message, path=""))
        return shown


def read(file: Path, kind: type[T]) -> Reading[T]:
    """Read the file into `kind`. Raises `UsageError` where it cannot be opened."""
    document = parse(_content(file), _shown(file), ONLY_ONE)
    credentials.take_out(document)
    if not document.readable or document.problems:
        return _faulty(document, kind)
    try:
        model = msgspec.convert(document.data, kind, dec_hook=decode)
    except msgspec.ValidationError as error:
        reading = _faulty(document, kind)
        if not reading.problems:
            message = f"{error}; the schema allows it, which is a bug: please report it"
            reading.problems.append(document.problem((), "wrong-value", message))
        return reading
    return Reading(document=document, model=model, problems=[])


def _faulty(document: Document, kind: type[T]) -> Reading[T]:
    if not document.readable:
        return Reading(document=document, model=None, problems=list(document.problems))
    # Not at the top: it takes 60 ms, and most files have no fault.
    from environments.sound import sound

    found = sound(document, kind)
    told = {(problem.line, problem.column) for problem in document.problems}
    shape = [document.located(fault) for fault in found.faults]
    return Reading(
        document=document,
        model=found.model,
        problems=[*document.problems, *(p for p in shape if (p.line, p.column) not in told)],
        doubtful=found.doubtful,
    )


def _content(file: Path) -> bytes:
    """What the file holds, as far as anyone will look at it."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        msg = f"cannot read {file}: {(error.strerror or str(error)).lower()}"
        raise UsageError(msg) from None


def _shown(file: Path) -> str:
    """The path as a person would type it: relative to where they stand when below it."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(file)
