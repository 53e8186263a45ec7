"""What does Terraform say while it deploys several stacks at once?

The CDK's command line prints each piece of output after the name of its stack;
lines of one piece follow without it. Read here line by line: how far each stack
is, what came of it, and what went wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from components.controlplane.progress import Progress

PLAN = re.compile(r"Plan: (?:\d+ to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy")
_DONE = re.compile(r": (?:Creation|Modifications|Destruction) complete after")
_APPLIED = re.compile(r"Resources: (?:\d+ imported, )?(\d+) added, (\d+) changed, (\d+) destroyed")
_ERROR = re.compile(r"^(?:Usage |External |Internal )?Error: (.+)")
_RESOURCE = re.compile(r"with ([\w.-]+)")
_EXCERPT = re.compile(r"on \S+ line \d+|\d+: ")
_NOISE = re.compile(r"undefined$|\(node:|node:internal|Warning: |at async |Collecting Debug")
_GIVEN_UP = "Collecting Debug Information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How many resources a plan would change, or a deployment has changed."""

    added: int = 0
    changed: int = 0
    destroyed: int = 0

    @property
    def total(self) -> int:
        """All of them; 0 when reality is as described."""
        return self.added + self.changed + self.destroyed


@dataclass(slots=True, kw_only=True)
class Fault:
    """One error of Terraform or of the command line around it."""

    stack: str | None
    """None where it went wrong before any stack."""
    summary: str
    resource: str | None = None
    details: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = f"{self.resource}: " if self.resource else ""
        details = " ".join(self.details)
        return where + (f"{self.summary}: {details}" if details else self.summary)


@dataclass(slots=True, kw_only=True)
class Hearing:
    """What has been heard so far of a deployment of these stacks."""

    stacks: Collection[str]
    progress: Progress
    applied: dict[str, Changes] = field(default_factory=dict)
    """By stack, of those that are through."""
    faults: list[Fault] = field(default_factory=list)
    given_up: bool = False
    """Whether the command line has failed and only looks around for a bug report."""
    _speaker: str | None = None
    _open: Fault | None = None
    _planned: dict[str, int] = field(default_factory=dict)
    _done: dict[str, int] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        """Takes one line of output, without colours and line end."""
        text = self._without_speaker(line)
        if found := _ERROR.match(text):
            self._open = Fault(stack=self._speaker, summary=found[1])
            self.faults.append(self._open)
        elif _NOISE.match(text):
            self._open = None
            self.given_up = self.given_up or text.startswith(_GIVEN_UP)
        elif self._open is not None:
            _add(self._open, text)
        elif self._speaker is not None:
            self._hear_stack(self._speaker, text)

    def _without_speaker(self, line: str) -> str:
        for stack in self.stacks:
            if line.startswith(f"{stack}  "):
                self._speaker, self._open = stack, None
                return line[len(stack) :].strip()
        return line.strip()

    def _hear_stack(self, stack: str, text: str) -> None:
        if text.startswith("Initializing the backend"):
            self.progress.step(stack, 0, 1, "initializing")
        elif found := PLAN.match(text):
            self._planned[stack] = sum(map(int, found.groups()))
            self.progress.step(stack, 0, max(self._planned[stack], 1), "applying")
        elif _DONE.search(text):
            self._done[stack] = self._done.get(stack, 0) + 1
            planned = self._planned.get(stack, 0)
            # The last one is done when Terraform says that it is through.
            self.progress.step(stack, min(self._done[stack], planned - 0.5), planned, "applying")
        elif found := _APPLIED.search(text):
            added, changed, destroyed = map(int, found.groups())
            changes = Changes(added=added, changed=changed, destroyed=destroyed)
            self.applied[stack] = changes
            note = f"{changes.total} resources" if changes.total else "no changes"
            self.progress.step(stack, 1, 1, note)


def _add(fault: Fault, text: str) -> None:
    """A line below an error: where it is, a piece of the configuration, or more words."""
    if found := _RESOURCE.match(text):
        fault.resource = found[1]
    elif text and not _EXCERPT.match(text):
        fault.details.append(text)
