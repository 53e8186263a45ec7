"""Two priorities of the same value

Why: when cards run short the value alone decides; between equal values it is who came first, and
    the two names promise a difference that is not there.
Fix: give them different values, or keep one

Bad (environment):
    priorities:
      training: {value: 100000, description: Training runs.}
Good (environment):
    priorities:
      training: {value: 10000, description: Training runs.}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Fleetwide


@rule(Severity.LOW, judges=Fleetwide)
def check(fleetwide: Fleetwide, fleet: Fleet) -> Iterator[Fault]:
    """A value that stands further up already."""
    seen: dict[int, str] = {}
    for name, priority in fleetwide.environment.priorities.items():
        first = seen.setdefault(priority.value, name)
        if first != name:
            said = f"{name} and {first} have the same value, {priority.value}"
            yield Fault(said, ("priorities", name, "value"))
