"""A node pool of VKE, with what the fleet means by one.

Nested objects are always written whole: the provider compares them as one value,
and what is left out of an item of a set differs in every plan. Sets keep no order,
so they are sorted; with them goes the order of preference among instance types.

Some values replace the pool when they change, machines and all: cards, spot, and the
user's own `generation`. They are in its name, so that the new pool stands before the
old one goes.
"""

from __future__ import annotations

import base64

from components import cdk
from components.bindings import volcenginecc
from components.clouds import vocabulary
from components.clouds.generations import generation, lasting
from components.clouds.handover import Network
from components.clouds.pool_names import pool_name
from components.clouds.volcengine import registry
from components.clouds.volcengine.tags import pairs, tags
from components.clouds.volcengine.where import on_volcengine
from components.element import Lifecycle
from environments.model import Cluster, Environment, Pool
from environments.quantity import Memory

DISK = "ESSD_PL0"


def node_pool(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    name: str,
    network: Network,
    *,
    plane: volcenginecc.VkeCluster,
    fabric: volcenginecc.EcsHpcCluster | None,
) -> volcenginecc.VkeNodePool:
    """One pool. `fabric` joins its machines by RDMA."""
    pool = environment.clusters[cluster].pools[name]
    spot = "SpotAsPriceGo" if pool.spot else "NoSpot"
    called = pool_name(environment, cluster, name, replacing={**lasting(pool), "spot": spot})
    return volcenginecc.VkeNodePool(
        stack,
        f"pool-{name}",
        lifecycle=_lifecycle(pool, plane, generation(stack, name, called)),
        cluster_id=plane.cluster_id,
        name=called,
        auto_scaling=_auto_scaling(pool),
        management={"enabled": False, "remedy_config": {"enabled": False}},
        kubernetes_config=_kubernetes_config(environment, cluster, name, network),
        node_config=_node_config(environment, cluster, name, network, fabric),
        # Said either way: left out, VKE deletes the machines without a word.
        retain_resources=["Ecs"] if pool.on_delete == "keep" else [],
        tags=tags(environment, cluster),
    )


def _lifecycle(pool: Pool, plane: volcenginecc.VkeCluster, generation: str) -> Lifecycle:
    lifecycle: Lifecycle = {
        "create_before_destroy": True,
        # The provider takes another cluster for a change in place, and then fails.
        "replace_triggered_by": [f"{plane.address}.cluster_id", generation],
    }
    if pool.nodes.autoscaled:
        lifecycle["ignore_changes"] = ["auto_scaling.desired_replicas"]
    return lifecycle


def _auto_scaling(pool: Pool) -> volcenginecc.VkeNodePoolAutoScaling:
    return {
        "enabled": pool.nodes.autoscaled,
        "min_replicas": pool.nodes.least,
        "max_replicas": max(pool.nodes.most, 1),
        "desired_replicas": pool.nodes.desired,
        "priority": 10,
        "subnet_policy": "Priority" if pool.rdma else "ZoneBalance",
    }


def _kubernetes_config(
    environment: Environment, cluster_name: str, name: str, network: Network
) -> volcenginecc.VkeNodePoolKubernetesConfig:
    cluster = environment.clusters[cluster_name]
    pool = cluster.pools[name]
    config: volcenginecc.VkeNodePoolKubernetesConfig = {
        "cordon": cluster.cordons(pool),
        # Labels and taints reach nodes that are there already, too.
        "auto_sync_disabled": False,
        "labels": pairs(vocabulary.node_labels(cluster_name, cluster, name)),
        "taints": [
            {"key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
            for taint in sorted(vocabulary.node_taints(pool), key=lambda taint: taint["key"])
        ],
        "kubelet_config": {
            "max_pods": on_volcengine(environment, cluster_name).network.pods_per_node,
            "cpu_manager_policy": "none",
            # A rank, its card and its network card on one socket, where that can be.
            "topology_manager_policy": "best-effort" if pool.rdma else "none",
            "topology_manager_scope": "container",
        },
    }
    if on_volcengine(environment, cluster_name).registry is not None:
        config["containerd_config"] = {
            "insecure_registries": [],
            "registry_proxy_configs": [
                {
                    "registry": registry.upstream(cluster),
                    "proxy_endpoints": [f"https://{network.registry}"],
                }
            ],
        }
    return config


def _node_config(
    environment: Environment,
    cluster_name: str,
    name: str,
    network: Network,
    fabric: volcenginecc.EcsHpcCluster | None,
) -> volcenginecc.VkeNodePoolNodeConfig:
    cluster = environment.clusters[cluster_name]
    pool = cluster.pools[name]
    config: volcenginecc.VkeNodePoolNodeConfig = {
        "instance_type_ids": sorted(pool.instance_types),
        "instance_charge_type": "PostPaid",
        "spot_strategy": "SpotAsPriceGo" if pool.spot else "NoSpot",
        "subnet_ids": sorted(network.nodes[zone] for zone in zones(cluster, pool)),
        "security": {
            "security_group_ids": [network.security_group],
            "security_strategies": ["Hids"],
        },
        "system_volume": {"type": DISK, "size": _gib(pool.disk.system)},
        "public_access_enabled": False,
        "pre_script": _script(pool.scripts.before),
        "initialize_script": _script(pool.scripts.after),
        "tags": tags(environment, cluster_name),
    }
    if pool.disk.data is not None:
        # The first data disk holds images and logs: VKE formats and mounts it by itself.
        config["additional_container_storage_enabled"] = True
        config["data_volumes"] = [
            {"type": DISK, "size": _gib(pool.disk.data), "file_system": "Ext4"}
        ]
    if fabric is not None:
        config["hpc_cluster_ids"] = [fabric.hpc_cluster_id]
    if pool.spot:
        config["instances_distribution"] = {
            "on_demand_base_capacity": 0,
            "on_demand_percentage_above_base_capacity": 0,
            "compensate_with_on_demand": False,
            "capacity_rebalance": True,
        }
    return config


def zones(cluster: Cluster, pool: Pool) -> list[str]:
    """Where the pool's machines stand: RDMA reaches no further than one zone."""
    found = cluster.zones_of(pool)
    return found[:1] if pool.rdma else found


def _script(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _gib(size: Memory) -> int:
    return -(-size.mib // 1024)
