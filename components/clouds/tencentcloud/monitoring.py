"""Where do a cluster's metrics go?

To a Prometheus instance (TMP), which stands with the network because it outlives
the cluster; an agent that the cloud puts onto the cluster's system pool writes to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.tencentcloud import names
from components.clouds.tencentcloud.site import Site, Surroundings

RETENTION_DAYS = 30


def workspace(stack: cdk.TerraformStack, around: Surroundings) -> str:
    """The id of the Prometheus instance; empty where metrics are not kept."""
    if not around.cloud.prometheus:
        return ""
    instance = tencentcloud.MonitorTmpInstance(
        stack,
        "prometheus",
        lifecycle={"prevent_destroy": around.cloud.protected},
        instance_name=names.named(around.environment, around.cluster),
        vpc_id=around.vpc,
        subnet_id=around.subnet,
        zone=around.cloud.zones[0],
        data_retention_time=RETENTION_DAYS,
        tags=vocabulary.tags(around.environment, around.cluster),
    )
    return instance.id


def agent(stack: cdk.TerraformStack, site: Site, after: Sequence[cdk.ITerraformDependable]) -> None:
    """The agent in the cluster, once there are nodes for it."""
    if not site.cloud.prometheus:
        return
    tencentcloud.MonitorTmpTkeClusterAgent(
        stack,
        "prometheus-agent",
        depends_on=after,
        instance_id=site.network.workspace,
        agents={
            "cluster_id": site.id,
            "cluster_type": "tke",
            "region": site.cloud.region,
            # Written within the VPC, not over the internet.
            "enable_external": False,
            "in_cluster_pod_config": {"host_net": False},
            "external_labels": [
                {"name": "environment", "value": site.environment.name},
                {"name": "fleet_cluster", "value": site.name},
            ],
        },
    )
