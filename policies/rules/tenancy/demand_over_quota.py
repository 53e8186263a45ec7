"""Workloads that together are more than their tenant may hold

Why: each fits alone, and together some of them always wait; which ones, chance decides.
Fix: raise the tenant's quota, or lower `replicas`

Bad (environment):
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 31, gpu: {memory: 2Gi, cores: 5},
         priority: serving, busy: 0.4}
Good (environment):
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 30, gpu: {memory: 2Gi, cores: 5},
         priority: serving, busy: 0.4}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.demand import Service
from environments.model import Quota
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Tenant


@rule(Severity.MEDIUM, judges=Tenant)
def check(tenant: Tenant, fleet: Fleet) -> Iterator[Fault]:
    """The sum over its services: they run for ever, so none makes room for another."""
    if fleet.demand is None:
        return
    for cluster, share in tenant.tenant.clusters.items():
        own = [
            work
            for work in fleet.demand.of(cluster).values()
            if work.tenant == tenant.name and isinstance(work, Service)
        ]
        for key, (asked, most) in _sums(own, share.quota).items():
            if most is not None and asked > most:
                said = f"services ask for {asked} of {key} in {cluster}, the quota is {most}"
                yield Fault(said, ("clusters", cluster, "quota", key))


def _sums(services: list[Service], quota: Quota) -> dict[str, tuple[int, int | None]]:
    """Key of the quota -> what is asked for, and the most there is."""
    cut = [one for one in services if one.gpu.memory is not None]
    whole = [one for one in services if one.gpu.memory is None]
    memory = sum(one.replicas * one.gpu.cards * one.gpu.memory.mib for one in cut if one.gpu.memory)
    cores = sum(one.replicas * one.gpu.cards * (one.gpu.cores or 0) for one in cut)
    return {
        "cards": (sum(one.replicas * one.gpu.cards for one in whole), quota.cards),
        "slices": (sum(one.replicas * one.gpu.cards for one in cut), quota.slices),
        "gpu_memory": (memory, None if quota.gpu_memory is None else quota.gpu_memory.mib),
        "gpu_cores": (cores, quota.gpu_cores),
        "pods": (sum(one.replicas for one in services), quota.pods),
    }
