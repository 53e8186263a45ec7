"""Tenants that are promised far more than the cluster holds

Why: some overlap of quotas is wanted, for not all need theirs at once. With half as much again as
    there is, the quota no longer tells anybody what they will get; priorities alone do.
Fix: lower the quotas, or add nodes

Bad (environment):
    tenants:
      foundation: {clusters: {train: {quota: {cards: 16}}}}
      search: {clusters: {train: {quota: {cards: 12}}}}
Good (environment):
    tenants:
      foundation: {clusters: {train: {quota: {cards: 12}}}}
      search: {clusters: {train: {quota: {cards: 8}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.offer import Offer
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet

MOST = 1.5
"""Times the cluster's capacity."""


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """The sum of the quotas, in cards or in memory of cards."""
    tenants = cluster.environment.tenants_of(cluster.name).values()
    quotas = [tenant.clusters[cluster.name].quota for tenant in tenants]
    offer = Offer.of(cluster.cluster)
    memory = sum(quota.gpu_memory.mib for quota in quotas if quota.gpu_memory is not None)
    sums = {
        "cards": (sum(quota.cards or 0 for quota in quotas), offer.cards),
        "slices": (sum(quota.slices or 0 for quota in quotas), offer.slices),
        "MiB": (memory, offer.memory_mib),
    }
    for unit, (promised, held) in sums.items():
        if held and promised > MOST * held:
            said = f"tenants are promised {promised} {unit}, the pools hold {held} at most"
            yield Fault(said, ("pools",), detail=unit)
