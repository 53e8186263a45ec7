"""Cluster that keeps no audit log

Why: without it nobody can say who deleted a namespace, or what a stolen kubeconfig did. It cannot
    be switched on for yesterday.
Fix: remove `logs: null`; 90 days are kept then

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], logs: null}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a], logs: {days: 180}}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """`logs: null`."""
    cloud = cluster.cluster.cloud
    if isinstance(cloud, Public) and cloud.logs is None:
        yield Fault("nobody can say later who did what", ("cloud", "logs"))
