"""TKE cluster whose level is nearly full

Why: TKE admits no node beyond the level of the cluster, and a scale-out that hits it fails when
    it is needed most. Machines that a surge brings up beside the old ones count as well.
Fix: leave `level` out: the smallest that holds every pool is chosen then; or raise it

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4], level: L20}
        kubernetes: "1.32"
        pools:
          h20:
            nodes: {min: 2, desired: 6, max: 17}
            instance_types: [PNV6.96XLARGE2304]
            selector: null
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4], level: L50}
        kubernetes: "1.32"
        pools:
          h20:
            nodes: {min: 2, desired: 6, max: 17}
            instance_types: [PNV6.96XLARGE2304]
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.clouds import LEVELS, SYSTEM_NODES
from environments.model import Tencentcloud
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet

ROOM = 0.1
"""The share of a level that should be left."""


@rule(Severity.LOW, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """A level that somebody chose, and pools that may fill all but a tenth of it."""
    cloud = cluster.cluster.cloud
    if not isinstance(cloud, Tencentcloud) or cloud.level is None:
        return
    nodes, most = cluster.cluster.most_nodes + SYSTEM_NODES, LEVELS[cloud.level]
    if nodes > most * (1 - ROOM):
        said = f"{cloud.level} holds {most} nodes, and pools may grow to {nodes}"
        yield Fault(said, ("cloud", "level"))
