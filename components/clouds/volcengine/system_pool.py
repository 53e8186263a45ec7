"""Where do the cluster's own pods run: DNS, the metrics agent, the fleet's schedulers?

On a few machines without cards, no two on one host. Machines with cards carry a
taint that VKE's own pods do not tolerate, and those of vGPU clusters join
unschedulable besides.
"""

from __future__ import annotations

from components import cdk
from components.addon import PREFIX
from components.bindings import volcenginecc
from components.clouds.handover import Network
from components.clouds.volcengine.tags import pairs, tags
from components.clouds.volcengine.where import on_volcengine
from environments.model import Environment

NODES = 3
TYPES = ("ecs.g3a.2xlarge", "ecs.g3i.2xlarge", "ecs.g4il.2xlarge")
"""Eight cores and 32 GiB; some zone lacks some of them."""
DISK_GIB = 100
LABEL = f"{PREFIX}/system"


def system_pool(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    network: Network,
    plane: volcenginecc.VkeCluster,
) -> None:
    """The pool of the system, spread over the cluster's zones."""
    cloud = on_volcengine(environment, cluster)
    apart = volcenginecc.EcsDeploymentSet(
        stack,
        "system-apart",
        deployment_set_name=f"{environment.name}-{cluster}-system",
        description="GPU Fleet",
        granularity="host",
        strategy="Availability",
    )
    volcenginecc.VkeNodePool(
        stack,
        "system-pool",
        lifecycle={
            # VKE has no protection of a pool, and deletes its machines with it.
            "prevent_destroy": cloud.protected,
            "replace_triggered_by": [f"{plane.address}.cluster_id"],
        },
        cluster_id=plane.cluster_id,
        name="system",
        auto_scaling={
            "enabled": False,
            "min_replicas": NODES,
            "max_replicas": NODES,
            "desired_replicas": NODES,
            "priority": 10,
            "subnet_policy": "ZoneBalance",
        },
        management={"enabled": True, "remedy_config": {"enabled": False}},
        kubernetes_config={
            "cordon": False,
            "auto_sync_disabled": False,
            "labels": pairs({LABEL: "true"}),
            "taints": [],
        },
        node_config={
            "instance_type_ids": list(TYPES),
            "instance_charge_type": "PostPaid",
            "spot_strategy": "NoSpot",
            "deployment_set_id": apart.deployment_set_id,
            "subnet_ids": sorted(network.nodes[zone] for zone in cloud.zones),
            "security": {
                "security_group_ids": [network.security_group],
                "security_strategies": ["Hids"],
            },
            "system_volume": {"type": "ESSD_PL0", "size": DISK_GIB},
            "public_access_enabled": False,
            "tags": tags(environment, cluster),
        },
        retain_resources=[],
        tags=tags(environment, cluster),
    )
