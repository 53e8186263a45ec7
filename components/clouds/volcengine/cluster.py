"""A VKE cluster: the control plane, its pools, its addons, and a kubeconfig.

The API server answers within the VPC only. Neither provider can say who may reach
a public endpoint, so there is none.

VKE deletes the machines of a cluster with the cluster. As long as it is protected,
both VKE and Terraform refuse: to delete one, set `protected: false`, apply, and only
then destroy.
"""

from __future__ import annotations

from components import cdk
from components.bindings import volcenginecc
from components.clouds.handover import ControlPlane, Network
from components.clouds.volcengine import addons, monitoring
from components.clouds.volcengine.node_pool import node_pool, zones
from components.clouds.volcengine.system_pool import system_pool
from components.clouds.volcengine.tags import tags
from components.clouds.volcengine.where import on_volcengine
from components.element import Resource
from environments.model import Environment, Logs

LOGGED = ("Audit", "KubeApiServer", "KubeControllerManager", "KubeScheduler")

VALID = 72
"""Hours for which a kubeconfig is good. It is made anew with the first apply of each day,
and the one before is revoked; VKE's own choice would be three years."""


class Today(Resource):
    """Something that changes with the first apply of each day (UTC), and not again that day."""

    TYPE = "terraform_data"


def cluster(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, network: Network
) -> ControlPlane:
    """The cluster in its network."""
    cloud = on_volcengine(environment, cluster)
    plane = _control_plane(stack, environment, cluster, network)
    system_pool(stack, environment, cluster, network, plane)
    fabrics = _fabrics(stack, environment, cluster)
    for name, pool in environment.clusters[cluster].pools.items():
        zone = zones(environment.clusters[cluster], pool)[0]
        fabric = fabrics[zone] if pool.rdma else None
        node_pool(stack, environment, cluster, name, network, plane=plane, fabric=fabric)
    addons.addons(stack, environment.clusters[cluster], cloud, plane)
    return ControlPlane(id=plane.cluster_id, kubeconfig=_kubeconfig(stack, plane))


def _control_plane(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, network: Network
) -> volcenginecc.VkeCluster:
    cloud = on_volcengine(environment, cluster)
    return volcenginecc.VkeCluster(
        stack,
        "cluster",
        lifecycle={
            "prevent_destroy": cloud.protected,
            # Create-only: another version here would make another cluster. VKE upgrades a
            # cluster in place by its console or API; then the file is changed to match.
            "ignore_changes": ["kubernetes_version_create"],
        },
        name=f"{environment.name}-{cluster}",
        description="GPU Fleet",
        kubernetes_version_create=environment.clusters[cluster].kubernetes,
        delete_protection_enabled=cloud.protected,
        project_name="default",
        cluster_config={
            "subnet_ids": sorted(network.nodes[zone] for zone in cloud.zones[:3]),
            "api_server_public_access_enabled": False,
            "resource_public_access_default_enabled": False,
        },
        pods_config={
            "pod_network_mode": "VpcCniShared",
            "vpc_cni_config": {
                "subnet_ids": sorted(network.pods.values()),
                "trunk_eni_enabled": False,
            },
        },
        services_config={"service_cidrsv_4": [cloud.network.services]},
        irsa_config={"enabled": True},
        logging_config=_logging(cloud.logs),
        monitoring_config=monitoring.monitoring_config(cloud, network.workspace),
        tags=tags(environment, cluster),
    )


def _logging(logs: Logs | None) -> volcenginecc.VkeClusterLoggingConfig:
    """All of it create-only: another number of days would make another cluster."""
    days = logs.days if logs else 1
    setups: list[volcenginecc.VkeClusterLoggingConfigLogSetups] = [
        {"log_type": kind, "enabled": logs is not None, "log_ttl": days} for kind in LOGGED
    ]
    if logs and logs.project:
        return {"log_project_id": logs.project, "log_setups": setups}
    return {"log_setups": setups}


def _fabrics(
    stack: cdk.TerraformStack, environment: Environment, cluster_name: str
) -> dict[str, volcenginecc.EcsHpcCluster]:
    """What joins machines by RDMA: one for each zone that has such a pool."""
    cluster = environment.clusters[cluster_name]
    wanted = {zones(cluster, pool)[0] for pool in cluster.pools.values() if pool.rdma}
    return {
        zone: volcenginecc.EcsHpcCluster(
            stack,
            f"rdma-{zone}",
            name=f"{environment.name}-{cluster_name}-{zone}",
            description="GPU Fleet",
            zone_id=zone,
            project_name="default",
            tags=tags(environment, cluster_name),
        )
        for zone in sorted(wanted)
    }


def _kubeconfig(stack: cdk.TerraformStack, plane: volcenginecc.VkeCluster) -> str:
    today = Today(stack, "today", input='${formatdate("YYYY-MM-DD", plantimestamp())}')
    made = volcenginecc.VkeKubeconfig(
        stack,
        "kubeconfig",
        lifecycle={"create_before_destroy": True, "replace_triggered_by": [today.address]},
        cluster_id=plane.cluster_id,
        type="Private",
        valid_duration=VALID,
    )
    text = f"{made.address}.kubeconfig"
    # The API hands it out in base64, and the provider as the API does; text passes too. The
    # provider does not mark it as a secret.
    return f"${{sensitive(try(base64decode({text}), {text}))}}"
