"""vGPU cluster on an ACK control plane that ignores labels for GPUs

Why: on ACK a node label keeps the cloud's own device plugin away from cards that HAMi cuts. Only
    Pro clusters read it: on a standard one both plugins register the same cards.
Fix: take `ack.pro.small` or larger; a cluster can be moved up, not down

Bad (environment):
    clusters:
      infer:
        cloud: {provider: alicloud, region: cn-beijing, zones: [cn-beijing-l], spec: ack.standard}
        pools:
          h20: {instance_types: [ecs.ebmgn8v.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: alicloud, region: cn-beijing, zones: [cn-beijing-l], spec: ack.pro.small}
        pools:
          h20: {instance_types: [ecs.ebmgn8v.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Alicloud
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.HIGH, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """Cut cards, and a standard control plane."""
    cloud = cluster.cluster.cloud
    standard = isinstance(cloud, Alicloud) and cloud.spec == "ack.standard"
    if standard and cluster.cluster.mode != "none":
        said = "ack.standard leaves the cloud's device plugin beside HAMi's"
        yield Fault(said, ("cloud", "spec"))
