"""Pool that may grow with nobody knowing whether the cloud grants it

Why: an autoscaler asks for machines when they are needed most; what the account may not hold is
    refused then. With the granted quota in the environment, the pools are checked against it.
Fix: write the granted number of cards into `cloud.quota`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20:
            nodes: {min: 1, desired: 2, max: 4}
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            selector: null
Good (environment):
    clusters:
      infer:
        cloud:
          {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], quota: {H20-96G: 64}}
        pools:
          h20:
            nodes: {min: 1, desired: 2, max: 4}
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """It may grow on a public cloud, and its card has no quota."""
    cloud = pool.cluster.cloud
    if not hasattr(cloud, "quota") or pool.pool.card in cloud.quota:
        return
    nodes = pool.pool.nodes
    if nodes.most > nodes.desired:
        cards = nodes.most * pool.pool.cards_per_node
        yield Fault(
            f"may grow to {cards} x {pool.pool.card}, and no quota says that the account may",
            ("nodes", "max"),
        )
