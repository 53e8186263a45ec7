"""Pool of one node

Why: when its machine fails, the pool is gone.
Fix: ask for at least two nodes.

Bad (environment):
    clusters:
      train:
        pools:
          h100: {nodes: {desired: 1}}
Good (environment):
    clusters:
      train:
        pools:
          h100: {nodes: {desired: 2}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.MEDIUM, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """The desired number is one."""
    if pool.pool.nodes.desired == 1:
        yield Fault(f"pool {pool.name} has a single node", ("nodes", "desired"))
