"""Pool that waits for one instance type, while the cloud sells its like

Why: instance types sell out one by one, and per zone. A pool that names a second one goes on
    growing; one that names a single type stands still until somebody looks.
Fix: add it to `instance_types`, behind the one that you prefer

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20:
            card: V100-32G
            nodes: {desired: 20}
            instance_types: [GN10Xp.20XLARGE320]
            machine: null
            selector: null
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20:
            card: V100-32G
            nodes: {desired: 20}
            instance_types: [GN10Xp.20XLARGE320, GN10X.18XLARGE320]
            machine: null
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import catalogue, clouds
from environments.catalogue import InstanceType
from environments.model import Public, Tencentcloud
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.rules.supply.pool_in_one_zone import FEW
from policies.rules.supply.unequal_machines_in_pool import alike
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """A single type of those that the cloud's own pages describe alike."""
    cloud, types = pool.cluster.cloud, pool.pool.instance_types
    if not isinstance(cloud, Public) or len(types) != 1 or pool.pool.nodes.desired < FEW:
        return
    # Machines with RDMA are bought all of one type on Tencent Cloud.
    if isinstance(cloud, Tencentcloud) and pool.pool.rdma:
        return
    provider = clouds.provider(cloud)
    mine = catalogue.find(provider, types[0])
    others = catalogue.table()[provider].items()
    fits = [name for name, it in others if mine and it is not mine and _fits(it, mine, pool)]
    if fits:
        yield Fault(f"{' and '.join(fits[:2])} would do as well", ("instance_types",))


def _fits(other: InstanceType, mine: InstanceType, pool: Pool) -> bool:
    same = (other.card, other.cards) == (mine.card, mine.cards)
    rdma = other.rdma or not pool.pool.rdma
    if not (same and rdma and other.verified and not other.refused):
        return False
    return other.machine is not None and mine.machine is not None and alike([other, mine])
