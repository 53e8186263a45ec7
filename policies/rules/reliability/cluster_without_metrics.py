"""Cluster whose metrics nobody keeps

Why: nothing tells which cards idle, which fail, and when a pool is full. What an owner asks on the
    day after an outage is known only if it was kept before.
Fix: set `cloud.prometheus: true`, or waive this with the name of the Prometheus of your own

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a, cn-beijing-b]}
        pools:
          h20: {nodes: {desired: 20}, instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud:
          provider: volcengine
          region: cn-beijing
          zones: [cn-beijing-a, cn-beijing-b]
          prometheus: true
        pools:
          h20: {nodes: {desired: 20}, instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.rules.supply.pool_in_one_zone import FEW
from policies.subject import Cluster, Fleet


@rule(Severity.INFO, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """A public cluster of some size without the cloud's Prometheus."""
    cloud = cluster.cluster.cloud
    nodes = sum(pool.nodes.desired for pool in cluster.cluster.pools.values())
    if isinstance(cloud, Public) and not cloud.prometheus and nodes >= FEW:
        yield Fault(f"nobody sees what {nodes} machines do", ("cloud", "prometheus"))
