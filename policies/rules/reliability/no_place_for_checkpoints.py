"""Training cluster without a place for checkpoints

Why: what a run writes to the disk of its machine ends with the machine. A run that is moved or
    whose node fails then begins anew, and all its card hours are lost.
Fix: give it a bucket (`buckets: {checkpoints: {}}`) or a file system (`files`); where a storage of
    your own does that, waive this with its name

Bad (environment):
    clusters:
      train:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h100:
            nodes: {desired: 16}
            instance_types: [ecs.ebmhpc-h100.48xlarge]
            unlisted: true
            selector: null
Good (environment):
    clusters:
      train:
        cloud:
          provider: volcengine
          region: cn-beijing
          zones: [cn-beijing-a]
          buckets: {checkpoints: {}}
        pools:
          h100:
            nodes: {desired: 16}
            instance_types: [ecs.ebmhpc-h100.48xlarge]
            unlisted: true
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.rules.supply.pool_in_one_zone import FEW
from policies.subject import Cluster, Fleet


@rule(Severity.LOW, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """Whole cards on a public cloud, and neither buckets nor files."""
    cloud, pools = cluster.cluster.cloud, cluster.cluster.pools.values()
    if not isinstance(cloud, Public) or cluster.cluster.mode != "none":
        return
    if sum(pool.nodes.desired for pool in pools) >= FEW and not (cloud.buckets or cloud.files):
        yield Fault("neither buckets nor files: checkpoints end with a machine", ("cloud",))
