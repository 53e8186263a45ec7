"""A node pool of ACK, with what the fleet means by one.

Labels, taints and instance types are ordered lists here: the first two are sorted
by key, so that an entry moved in the file is no change; instance types stand in
order of preference.

Security groups, a deployment set and a role of the machines replace the pool when
they change, machines and all; none of them comes from the environment file, but a
network that is made anew brings another group. Other cards and the user's own
`generation` replace it too. The new pool stands before the old one goes, and has
another name.
"""

from __future__ import annotations

import base64
from typing import Final

from components import cdk
from components.bindings import alicloud
from components.clouds import vocabulary
from components.clouds.alicloud.where import on_alicloud
from components.clouds.generations import generation, lasting
from components.clouds.handover import Network
from components.clouds.pool_names import pool_name
from components.element import Lifecycle
from environments.model import Cluster, Environment, Pool
from environments.quantity import Memory

DISK: Final = "cloud_essd"
LEVEL: Final = "PL1"
"""PL0 is too slow to pull images of 20 GB on many machines at once."""

CONTAINERS: Final = "/var/lib/container"
"""Where ACK keeps images, containers and the kubelet's files, once a disk is mounted there."""

PLUGIN_OFF: Final = {"ack.node.gpu.schedule": "disabled"}
"""Keeps ACK's device plugin, which every cluster gets, and its sharing (cGPU) off the nodes:
the device layer brings HAMi's plugin, or NVIDIA's own."""

STATIC_PLUGIN_OFF: Final = "rm -f /etc/kubernetes/manifests/nvidia-device-plugin.yml\n"
"""Images of machines before 2025 have ACK's plugin as a static pod, which asks no label."""

DRIVER: Final = "ack.aliyun.com/nvidia-driver-version"
"""Read once, while a machine joins; a version that ACK does not list is silently its default."""

NOT_OURS: Final = (
    "cis_enabled",
    "compensate_with_on_demand",
    "containerd_config",
    "deployment_set_id",
    "instance_metadata_options",
    "internet_charge_type",
    "internet_max_bandwidth_out",
    "key_name",
    "login_as_non_root",
    "on_demand_base_capacity",
    "on_demand_percentage_above_base_capacity",
    "private_pool_options",
    "security_hardening_os",
    "soc_enabled",
    "spot_instance_pools",
    "system_disk_bursting_enabled",
    "system_disk_encrypted",
    "system_disk_provisioned_iops",
)
"""What the environment has no word for, and the provider reads back: neither ACK's own choice nor
that of a person in the console is a change to undo, or a pool to replace."""


def node_pool(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster_name: str,
    name: str,
    network: Network,
    *,
    plane: alicloud.CsManagedKubernetes,
) -> alicloud.CsKubernetesNodePool:
    """One pool of machines with cards."""
    cluster = environment.clusters[cluster_name]
    pool = cluster.pools[name]
    called = pool_name(environment, cluster_name, name, replacing=lasting(pool), limit=63)
    arguments = machines(environment, cluster_name, network, plane)
    arguments |= {
        "node_pool_name": called,
        "vswitch_ids": [network.nodes[zone] for zone in zones(cluster, pool)],
        # In the order of the file, as instance types are; and one zone full is no failure.
        "multi_az_policy": "PRIORITY",
        "instance_types": list(pool.instance_types),
        "spot_strategy": "SpotAsPriceGo" if pool.spot else "NoSpot",
        "system_disk_performance_level": LEVEL,
        "system_disk_size": _gib(pool.disk.system),
        "scaling_config": _scaling(pool),
        "kubelet_configuration": {
            "max_pods": str(on_alicloud(environment, cluster_name).network.pods_per_node),
            # A rank, its card and its network card on one socket, where that can be.
            "topology_manager_policy": "best-effort" if pool.rdma else "none",
        },
        "unschedulable": cluster.cordons(pool),
        "labels": labels(cluster_name, cluster, name),
        "taints": taints(pool),
        # Before and after the machine becomes a node; said when empty too, so that one can go.
        "pre_user_data": _script(pool.scripts.before),
        "user_data": _script(STATIC_PLUGIN_OFF + pool.scripts.after),
    }
    if not pool.nodes.autoscaled:
        arguments["desired_size"] = str(pool.nodes.desired)
    if pool.spot:
        # Another machine is sought as soon as one is called back.
        arguments["spot_instance_remedy"] = True
    if pool.disk.data is not None:
        arguments["data_disks"] = [_data_disk(pool.disk.data)]
    lifecycle = _lifecycle(pool, generation(stack, name, called))
    return alicloud.CsKubernetesNodePool(stack, f"pool-{name}", lifecycle=lifecycle, **arguments)


def machines(
    environment: Environment,
    cluster_name: str,
    network: Network,
    plane: alicloud.CsManagedKubernetes,
) -> alicloud.CsKubernetesNodePoolArguments:
    """What is the same for all machines of a cluster."""
    return {
        "cluster_id": plane.id,
        "security_group_ids": [network.security_group],
        "instance_charge_type": "PostPaid",
        "image_type": "AliyunLinux3",
        "runtime_name": "containerd",
        "install_cloud_monitor": True,
        "system_disk_category": DISK,
        "scaling_policy": "release",
        # Labels and taints reach nodes that are there already, too.
        "update_nodes": True,
        # ACK then refuses to delete a pool that has nodes; left out, it deletes them too.
        "force_delete": False,
        "management": {
            "enable": True,
            "auto_repair": True,
            # A training run of days is not for ACK to restart, nor a node to drain for a package.
            "auto_repair_policy": {"restart_node": False},
            "auto_vul_fix": False,
            "auto_upgrade": False,
            "max_unavailable": 1,
        },
        "tags": vocabulary.tags(environment, cluster_name),
    }


def zones(cluster: Cluster, pool: Pool) -> list[str]:
    """Where the pool's machines stand; those joined by RDMA stand near each other."""
    found = cluster.zones_of(pool)
    return found[:1] if pool.rdma else found


def labels(
    cluster_name: str, cluster: Cluster, name: str
) -> list[alicloud.CsKubernetesNodePoolLabels]:
    """The words of the fleet and those of ACK, sorted by key."""
    pool = cluster.pools[name]
    words = {**vocabulary.node_labels(cluster_name, cluster, name), **PLUGIN_OFF}
    if pool.driver is not None:
        words[DRIVER] = pool.driver
    return [{"key": key, "value": value} for key, value in sorted(words.items())]


def taints(pool: Pool) -> list[alicloud.CsKubernetesNodePoolTaints]:
    """The taints of the fleet, sorted by key."""
    return [
        {"key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
        for taint in sorted(vocabulary.node_taints(pool), key=lambda taint: taint["key"])
    ]


def _lifecycle(pool: Pool, generation: str) -> Lifecycle:
    # Read back although it is never set: every plan would want it gone.
    owned = ("desired_size",) if pool.nodes.autoscaled else ()
    return {
        "create_before_destroy": True,
        "ignore_changes": sorted((*NOT_OURS, *owned)),
        "replace_triggered_by": [generation],
    }


def _scaling(pool: Pool) -> alicloud.CsKubernetesNodePoolScalingConfig:
    """The bounds within which an autoscaler chooses, or that there is none."""
    if not pool.nodes.autoscaled:
        # Said, not left out: what is removed from a configuration is not switched off.
        return {"enable": False}
    return {
        "enable": True,
        "min_size": pool.nodes.least,
        "max_size": pool.nodes.most,
        # Never `gpushare`, which is ACK's own cutting of cards.
        "type": "spot" if pool.spot else "gpu",
    }


def _data_disk(size: Memory) -> alicloud.CsKubernetesNodePoolDataDisks:
    return {
        "category": DISK,
        "performance_level": LEVEL,
        "size": _gib(size),
        "auto_format": "true",
        "file_system": "ext4",
        "mount_target": CONTAINERS,
    }


def _script(text: str) -> str:
    """In base64, and run by bash also where a script does not say so."""
    whole = text if not text or text.startswith("#!") else f"#!/bin/bash\n{text}"
    return base64.b64encode(whole.encode()).decode()


def _gib(size: Memory) -> int:
    return -(-size.mib // 1024)
