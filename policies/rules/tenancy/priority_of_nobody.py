"""Priority that no tenant may use

Why: a PriorityClass stands in every cluster for whoever finds it; one that no tenant lists is left
    over, or missing from the tenant it was made for.
Fix: list it in a tenant's `priorities`, or take it out

Bad (environment):
    priorities:
      urgent: {value: 900000, description: For nobody yet.}
Good (environment):
    priorities:
      urgent: {value: 900000, description: Search in an incident.}
    tenants:
      search: {priorities: [serving, urgent]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Fleetwide


@rule(Severity.LOW, judges=Fleetwide)
def check(fleetwide: Fleetwide, fleet: Fleet) -> Iterator[Fault]:
    """In no tenant's list."""
    environment = fleetwide.environment
    used = {name for tenant in environment.tenants.values() for name in tenant.priorities}
    for name in environment.priorities:
        if name not in used:
            yield Fault(f"no tenant may use {name}", ("priorities", name), at_key=True)
