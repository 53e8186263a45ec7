"""Pool that can never have a machine

Why: quotas and workloads are checked against what pools may hold; this one holds nothing, ever.
Fix: raise `nodes.max`, or take the pool out

Bad (environment):
    clusters:
      train:
        pools:
          h200:
            card: H200-141G
            cards_per_node: 8
            nodes: {desired: 0}
            machine: {cpu: "192", memory: 2048Gi}
            selector: {node.example.com/model: h200}
Good (environment):
    clusters:
      train:
        pools:
          h200:
            card: H200-141G
            cards_per_node: 8
            nodes: {min: 0, desired: 0, max: 4}
            machine: {cpu: "192", memory: 2048Gi}
            selector: {node.example.com/model: h200}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """At most none."""
    if pool.pool.nodes.most == 0:
        yield Fault("has no nodes and may get none", ("nodes",))
