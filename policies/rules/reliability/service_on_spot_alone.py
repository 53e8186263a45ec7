"""Service of the highest priority that runs on spot machines alone

Why: the cloud takes spot machines back with minutes of notice, and often many of a type at once:
    all replicas of the service that matters most may go within one hour.
Fix: give the cluster a pool of that card without `spot`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {spot: true, cordon: false, instance_types: [PNV6.96XLARGE2304], selector: null}
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 4, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {instance_types: [PNV6.96XLARGE2304], selector: null}
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 4, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.demand import Service
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Workload


@rule(Severity.MEDIUM, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """The highest priority, and no pool for it that stays."""
    service, priorities = workload.workload, workload.environment.priorities
    if not isinstance(service, Service):
        return
    if priorities[service.priority].value < max(one.value for one in priorities.values()):
        return
    pools = workload.cluster.pools.items()
    where = {name: pool for name, pool in pools if service.card in {None, pool.card}}
    if where and all(pool.spot for pool in where.values()):
        yield Fault(f"the cloud may take back all of {' and '.join(where)}", ("cluster",))
