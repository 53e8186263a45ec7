"""What must hold between the fields of an environment and its demand.

The shape of each field is the schema's business; what is merely unwise is a
rule's (`policies`). Here is what cannot work at all. The checks lie in modules
called `*_invariants`; each is a generator of faults and knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import (
    backend_invariants,
    cards,
    cloud_invariants,
    cluster_invariants,
    tenant_invariants,
    waiver_invariants,
    workload_invariants,
)
from environments.demand import Demand
from environments.faults import Fault
from environments.model import Environment
from environments.offer import Offer
from environments.phrases import known_or_meant as near

__all__ = ["Fault", "Offer", "demand_faults", "faults", "near"]


def faults(environment: Environment, file_stem: str | None = None) -> Iterator[Fault]:
    """Every relation that does not hold within the environment."""
    if file_stem not in (None, environment.name):
        message = f'the file is called "{file_stem}"; rename the one or the other'
        yield Fault(("name",), "name-of-file", message)
    yield from backend_invariants.faults(environment.backend)
    yield from cluster_invariants.faults(environment)
    yield from cloud_invariants.faults(environment)
    yield from tenant_invariants.faults(environment)
    yield from _prices(environment)
    yield from waiver_invariants.faults(environment)


def warnings(environment: Environment) -> Iterator[Fault]:
    """What works, and may cost dearly: told, and no reason to stop."""
    yield from backend_invariants.warnings(environment.backend)
    yield from cluster_invariants.warnings(environment)
    yield from cloud_invariants.warnings(environment)


def demand_faults(environment: Environment, demand: Demand) -> Iterator[Fault]:
    """Every workload that names what is not there, or that no node could hold."""
    yield from workload_invariants.faults(environment, demand)


def _prices(environment: Environment) -> Iterator[Fault]:
    for card in environment.prices.card_hour if environment.prices else ():
        if card not in cards.table():
            message = f'no card "{card}"{near(card, cards.table())}'
            yield Fault(("prices", "card_hour", card), "unknown-card", message, at_key=True)
