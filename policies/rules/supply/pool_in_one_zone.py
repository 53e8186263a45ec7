"""Pool for services in a single zone

Why: when the zone is sold out the pool cannot grow, and when it fails all of it is gone. Training
    over RDMA must stay in one zone; services need not.
Fix: add a second zone to `cloud.zones`, or to the pool's own `zones`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {nodes: {desired: 20}, instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a, cn-beijing-b]}
        pools:
          h20: {nodes: {desired: 20}, instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet

FEW = 6
"""Nodes of a pool that is a test bed, and not worth a second zone."""


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """One zone of a public cloud, and a pool of some size without RDMA."""
    words, cloud = cluster.cluster, cluster.cluster.cloud
    if not isinstance(cloud, Public):
        return
    for name, pool in words.pools.items():
        zones = words.zones_of(pool)
        if len(zones) == 1 and pool.nodes.desired >= FEW and not pool.rdma:
            own = ("pools", name, "zones") if pool.zones else ("cloud", "zones")
            yield Fault(f"{name} may use {zones[0]} only", own, detail=name)
