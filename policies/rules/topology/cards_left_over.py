"""Pods of which no whole number fills a node

Why: with 3 or 5 of 8 cards a pod, one or more cards of each node are left over, and nothing that
    wants two linked cards fits on them.
Fix: ask for 1, 2, 4 or 8 cards of an eight-card node

Bad (environment):
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 1, gpu: {cards: 5},
         priority: training, busy: 0.9}
Good (environment):
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 1, gpu: {cards: 4},
         priority: training, busy: 0.9}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Workload


@rule(Severity.LOW, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """Whole cards, a number that divides no node's."""
    work = workload.workload
    pools = [pool for pool in workload.cluster.pools.values() if work.card in {None, pool.card}]
    sizes = {pool.cards_per_node for pool in pools}
    if work.gpu.whole and sizes and all(size % work.gpu.cards for size in sizes):
        size = max(sizes)
        said = f"{size % work.gpu.cards} of the {size} cards of each node are left over"
        yield Fault(said, ("gpu", "cards"))
