"""Disk that holds no model for each card

Why: models are kept on the machine's disk, and each card wants one of up to its own size. On a disk
    with less room the kubelet throws images and caches out, and pods with them, while others pull.
Fix: set `disk.data` to the memory of all cards of the machine and some more for images

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {nodes: {desired: 20}, instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20:
            nodes: {desired: 20}
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            disk: {data: 1000Gi}
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards
from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.rules.supply.pool_in_one_zone import FEW
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """The disk for models is smaller than all cards of the machine together."""
    words = pool.pool
    if not isinstance(pool.cluster.cloud, Public) or words.nodes.desired < FEW:
        return
    room = words.disk.data or words.disk.system
    wanted = words.cards_per_node * cards.table()[words.card].memory_mib
    if room.mib < wanted:
        said = f"{room} of disk for {wanted // 1024}Gi of cards"
        yield Fault(said, ("disk", "data" if words.disk.data else "system"))
