"""Tenant that may take every card of a cluster

Why: a share without a limit of cards, slices or their memory lets one team's mistake (a loop of
    jobs, a wrong number of replicas) take the cluster from all others.
Fix: set `quota.cards` on a GPU cluster, `quota.slices` and `quota.gpu_memory` on a vGPU cluster

Bad (environment):
    tenants:
      search:
        clusters:
          infer: {quota: {slices: null, gpu_memory: null, gpu_cores: null, pods: 100}}
Good (environment):
    tenants:
      search:
        clusters:
          infer: {quota: {slices: 10, gpu_memory: 32Gi}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Tenant


@rule(Severity.MEDIUM, judges=Tenant)
def check(tenant: Tenant, fleet: Fleet) -> Iterator[Fault]:
    """A share that limits neither cards nor what is cut from them."""
    for name, share in tenant.tenant.clusters.items():
        quota = share.quota
        path = ("clusters", name, "quota")
        if quota.cards is None and quota.slices is None and quota.gpu_memory is None:
            yield Fault(f"may take every card of {name}", path)
        elif quota.slices is not None and quota.gpu_memory is None:
            yield Fault(f"may take all memory of {quota.slices} cards of {name}", path)
