"""vGPU cluster in mainland China that pulls images from abroad

Why: HAMi's images are on docker.io, which machines in mainland China reach slowly, or not at all. A
    node that cannot pull the device plugin has no cards.
Fix: set `cloud.registry: {}`: a registry of the cluster's own, which fetches each image once

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], registry: {}}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Alicloud, Volcengine
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.LOW, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """Cut cards in a region of the mainland, and no registry where one would fetch the images."""
    cloud = cluster.cluster.cloud
    # The registry of Tencent Cloud fetches nothing by itself.
    if not isinstance(cloud, Volcengine | Alicloud) or cloud.registry is not None:
        return
    mainland = cloud.region.startswith("cn-") and cloud.region != "cn-hongkong"
    if mainland and cluster.cluster.mode != "none":
        said = f"nodes in {cloud.region} pull the device layer from docker.io"
        yield Fault(said, ("cloud", "registry"))
