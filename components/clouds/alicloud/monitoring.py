"""The cluster's metrics at the cloud: Managed Service for Prometheus.

An instance of it belongs to one cluster and is made after it, so that it is in the
cluster layer and the network layer hands over no workspace.
"""

from __future__ import annotations

from components import cdk
from components.bindings import alicloud
from components.clouds import vocabulary
from components.clouds.alicloud.where import on_alicloud
from environments.model import Environment

SHARED_GRAFANA = "free"
"""The Grafana that comes with the account; any other is a workspace of its own."""


def prometheus(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    plane: alicloud.CsManagedKubernetes,
) -> None:
    """The instance, where the environment asks for one."""
    if not on_alicloud(environment, cluster).prometheus:
        return
    alicloud.ArmsPrometheus(
        stack,
        "prometheus",
        cluster_type="aliyun-cs",
        cluster_id=plane.id,
        grafana_instance_id=SHARED_GRAFANA,
        tags=vocabulary.tags(environment, cluster),
    )
