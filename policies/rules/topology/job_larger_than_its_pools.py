"""Job whose pods can never run all at once

Why: the pods of a job wait for each other. When its cards are more than there are of their type,
    those that run hold them for nothing.
Fix: lower `pods`, or raise `nodes.max` of a pool with that card

Bad (environment):
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 3, gpu: {cards: 8},
         priority: training, busy: 0.9}
Good (environment):
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


@rule(Severity.HIGH, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """More pods of whole cards than the nodes of all its pools hold."""
    job = workload.workload
    if not isinstance(job, Job) or not job.gpu.whole:
        return
    pools = [pool for pool in workload.cluster.pools.values() if job.card in {None, pool.card}]
    room = sum(pool.nodes.most * (pool.cards_per_node // job.gpu.cards) for pool in pools)
    if job.pods > room:
        said = f"{job.pods} pods of {job.gpu.cards} cards, and the pools have room for {room}"
        yield Fault(said, ("pods",))
