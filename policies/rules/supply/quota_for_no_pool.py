"""Granted cards that no pool uses

Why: quota that is granted and forgotten is capacity that others wait for, or a typo: the pool it
    was meant for is checked against nothing.
Fix: add a pool with that card, or take the entry out

Bad (environment):
    clusters:
      infer:
        cloud:
          {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], quota: {A10-24G: 64}}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud:
          {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], quota: {H20-96G: 64}}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.LOW, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """A card with a quota and without a pool."""
    quota: dict[str, int] = getattr(cluster.cluster.cloud, "quota", {})
    used = {pool.card for pool in cluster.cluster.pools.values()}
    for card in quota.keys() - used:
        yield Fault(f"no pool has {card}", ("cloud", "quota", card), at_key=True)
