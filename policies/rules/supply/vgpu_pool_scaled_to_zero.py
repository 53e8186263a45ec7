"""vGPU pool that an autoscaler may empty

Why: an autoscaler knows nothing of HAMi's memory and cores. It sees no pod that an empty pool could
    serve, so a pool that went to no nodes never comes back.
Fix: set `nodes.min` to 1 or more

Bad (environment):
    clusters:
      infer:
        pools:
          h20: {nodes: {min: 0, desired: 3, max: 6}}
Good (environment):
    clusters:
      infer:
        pools:
          h20: {nodes: {min: 1, desired: 3, max: 6}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.HIGH, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """Cut cards, and a least number of 0."""
    nodes = pool.pool.nodes
    if pool.cluster.mode != "none" and nodes.least == 0 and nodes.most > 0:
        yield Fault("an emptied pool never grows again: nobody sees its slices", ("nodes", "min"))
