"""A node pool of the twin: KWOK nodes with the pool's labels, taints and cards."""

from __future__ import annotations

from typing import Any

from components import amounts
from components.addon import MANAGED_BY, Addon, Manifest
from components.clouds import vocabulary
from components.clouds.embedded import device
from components.controlplane import hami_nodes
from environments import cards, catalogue
from environments.model import Cluster, Embedded, Environment, Pool

PODS_PER_NODE = 250
"""More than a kubelet's stock 110: eight cards cut into ten want eighty, and a
vGPU node is configured so."""


def nodes(environment: Environment, cluster_name: str, pool_name: str) -> Addon:
    """The nodes of one pool at its desired size, and what publishes their cards."""
    cluster = environment.clusters[cluster_name]
    pool = cluster.pools[pool_name]
    names = [
        vocabulary.node_name(cluster_name, pool_name, index) for index in range(pool.nodes.desired)
    ]
    manifests: list[Manifest] = [_node(cluster_name, cluster, pool_name, name) for name in names]
    if publishes_slices(cluster):
        manifests += [device.resource_slice(cluster, pool, name) for name in names]
    return Addon(
        name=f"pool-{pool_name}",
        manifests=tuple(manifests),
        # The node controller taints a node that is not ready yet: in its first second, each one.
        ignore={"Node": ("spec.taints",)},
    )


def publishes_slices(cluster: Cluster) -> bool:
    """Whether the stock scheduler cuts this cluster's cards."""
    match cluster.cloud:
        case Embedded(scheduler="stock"):
            return cluster.mode in {"hami", "dra"}
        case _:
            return cluster.mode == "dra"


def capacity(cluster: Cluster, pool: Pool) -> dict[str, str]:
    """What a node of the pool reports as its capacity."""
    machine = catalogue.machine(cluster, pool)
    offered = {
        "cpu": amounts.cpu(machine.cpu),
        "memory": amounts.memory(machine.memory),
        "pods": amounts.count(PODS_PER_NODE),
    }
    if publishes_slices(cluster):
        offered[device.GPU_MEMORY] = amounts.count(
            pool.cards_per_node * device.memory_mib(cluster, pool)
        )
    else:
        offered[device.GPU] = amounts.count(pool.cards_per_node * device.split(cluster))
    return offered


def _node(cluster_name: str, cluster: Cluster, pool_name: str, name: str) -> dict[str, Any]:
    pool = cluster.pools[pool_name]
    offered = capacity(cluster, pool)
    labels = {
        "type": "kwok",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        MANAGED_BY: "gpu-fleet",
        **vocabulary.node_labels(cluster_name, cluster, pool_name),
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": labels,
            "annotations": {"kwok.x-k8s.io/node": "fake", **_annotations(cluster, pool, name)},
        },
        "spec": {"taints": vocabulary.node_taints(pool)},
        "status": {"capacity": offered, "allocatable": offered},
    }


def _annotations(cluster: Cluster, pool: Pool, name: str) -> dict[str, str]:
    """What HAMi's device plugin would write; nothing where it does not run."""
    if cluster.mode != "hami" or publishes_slices(cluster):
        return {}
    return hami_nodes.node_annotations(
        uuids=[device.card_uuid(name, index) for index in range(pool.cards_per_node)],
        slices=device.split(cluster),
        memory_mib=device.memory_mib(cluster, pool),
        cores=device.cores(cluster),
        type=cards.table()[pool.card].hami_type,
    )
