"""Job over several nodes without RDMA between them

Why: with all cards of several nodes, gradients cross the network at each step; over TCP the cards
    wait most of the time.
Fix: use a pool with `rdma: true`, or fit the job on one node

Bad (environment):
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 2, gpu: {cards: 8},
         priority: training, busy: 0.9}
Good (environment):
    clusters:
      train:
        pools:
          h100: {rdma: true}
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 2, gpu: {cards: 8},
         priority: training, busy: 0.9}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.demand import Job
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Workload


@rule(Severity.LOW, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """Pods that each fill a node, and no pool of theirs has RDMA."""
    job = workload.workload
    if not isinstance(job, Job) or job.pods < 2 or not job.gpu.whole:
        return
    pools = [pool for pool in workload.cluster.pools.values() if job.card in {None, pool.card}]
    fills = all(job.gpu.cards == pool.cards_per_node for pool in pools)
    if fills and not any(pool.rdma for pool in pools):
        yield Fault(f"its {job.pods} nodes are joined by no RDMA", ("cluster",))
