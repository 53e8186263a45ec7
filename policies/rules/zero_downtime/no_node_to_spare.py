"""Services that leave no node to spare

Why: to upgrade a node, or to take out a bad card, its pods must fit on the others. Where services
    need the memory of nearly all nodes, each drain leaves some of them waiting.
Fix: raise `nodes.desired`, or lower `replicas`

Bad (environment):
    clusters:
      infer:
        pools:
          h20: {nodes: {desired: 1}}
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 20, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
Good (environment):
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 20, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import offer
from environments.demand import Service
from environments.model import Pool
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """The memory of cards that services need, and what is left without the largest node."""
    if fleet.demand is None or cluster.cluster.mode == "none":
        return
    works = fleet.demand.of(cluster.name).values()
    needed = sum(_needed(work) for work in works if isinstance(work, Service))
    pools = cluster.cluster.pools.values()
    held = sum(pool.nodes.desired * _node(cluster, pool) for pool in pools)
    largest = max(_node(cluster, pool) for pool in pools)
    left = max(held - largest, 0)
    if needed > left:
        said = f"services need {needed} MiB of cards, {left} are left without one node"
        yield Fault(said, ("pools",))


def _needed(service: Service) -> int:
    """MiB of cards."""
    memory = service.gpu.memory
    return service.replicas * service.gpu.cards * memory.mib if memory is not None else 0


def _node(cluster: Cluster, pool: Pool) -> int:
    return pool.cards_per_node * offer.card_memory_mib(cluster.cluster, pool)
