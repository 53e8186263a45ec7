"""Job whose pods may get different cards

Why: pods of a job go step by step together, at the pace of the slowest card; and cards of different
    types need not talk to each other at all.
Fix: name the card (`card: ...`)

Bad (environment):
    clusters:
      train:
        pools:
          h200:
            card: H200-141G
            cards_per_node: 8
            nodes: {desired: 2}
            machine: {cpu: "192", memory: 2048Gi}
            selector: {node.example.com/model: h200}
    jobs:
      train:
        {tenant: foundation, cluster: train, pods: 2, gpu: {cards: 8},
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


@rule(Severity.MEDIUM, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """Several pods, no card named, and several kinds of card."""
    job = workload.workload
    if not isinstance(job, Job) or job.pods < 2 or job.card is not None:
        return
    kinds = dict.fromkeys(pool.card for pool in workload.cluster.pools.values())
    if len(kinds) > 1:
        yield Fault(f"its {job.pods} pods may get {' and '.join(kinds)}", at_key=True)
