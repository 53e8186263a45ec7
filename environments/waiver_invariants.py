"""What must hold for waivers: each ends on a day that exists, and none stands twice.

Whether the rule and the subject exist is for `fleet lint` to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from environments.faults import Fault, Path
from environments.model import Environment


def faults(environment: Environment) -> Iterator[Fault]:
    """Every waiver that cannot be meant as it is written."""
    seen: set[tuple[str, str]] = set()
    for at, waiver in enumerate(environment.waivers):
        path: Path = ("waivers", at)
        try:
            dt.date.fromisoformat(waiver.until)
        except ValueError:
            message = f"{waiver.until} is no day of the calendar"
            yield Fault((*path, "until"), "no-such-day", message)
        if (waiver.rule, waiver.subject) in seen:
            message = f"{waiver.rule} is waived for {waiver.subject} above already"
            yield Fault((*path, "subject"), "waived-twice", message)
        seen.add((waiver.rule, waiver.subject))
