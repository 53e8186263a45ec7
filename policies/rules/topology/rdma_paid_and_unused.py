"""Training pool on machines with RDMA that nothing joins

Why: machines that can be joined by RDMA cost more than those that cannot. Without `rdma` they stand
    anywhere, and gradients between them go over the ordinary network.
Fix: set `rdma: true`, or order machines without it

Bad (environment):
    clusters:
      train:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h100:
            card: H20-96G
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            selector: null
Good (environment):
    clusters:
      train:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h100:
            card: H20-96G
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            rdma: true
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import catalogue, clouds
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """Whole cards on several machines, every type of which has RDMA."""
    words = pool.pool
    if pool.cluster.mode != "none" or words.rdma or words.nodes.most < 2:
        return
    provider = clouds.provider(pool.cluster.cloud)
    types = [catalogue.find(provider, name) for name in words.instance_types]
    # A single card is no machine of a run over several.
    if types and words.cards_per_node > 1 and all(it is not None and it.rdma for it in types):
        yield Fault(f"nothing joins its {words.nodes.most} machines", ("rdma",))
