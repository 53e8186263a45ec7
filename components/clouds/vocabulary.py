"""The labels and taints by which nodes and pods of the fleet find each other.

Every cloud puts the same words on its nodes, so that addons, policies and
workloads need not know where they run.
"""

from __future__ import annotations

from components.addon import CARD, CLUSTER, POOL, SHARING
from environments import cards
from environments.model import Cluster, Environment, Pool

GPU_TAINT = "nvidia.com/gpu"
"""Keeps pods without cards off the machines with cards."""


def node_labels(cluster_name: str, cluster: Cluster, pool_name: str) -> dict[str, str]:
    """The labels of each node of a pool: the user's own first, ours win."""
    pool = cluster.pools[pool_name]
    return {
        **pool.labels,
        CLUSTER: cluster_name,
        POOL: pool_name,
        CARD: pool.card,
        SHARING: cluster.mode,
        "nvidia.com/gpu.present": "true",
        "nvidia.com/gpu.product": cards.table()[pool.card].product.replace(" ", "-"),
    }


def node_taints(pool: Pool) -> list[dict[str, str]]:
    """The taints of each node of a pool."""
    own = [
        {"key": key, "value": taint.value, "effect": taint.effect}
        for key, taint in sorted(pool.taints.items())
    ]
    return [{"key": GPU_TAINT, "value": "present", "effect": "NoSchedule"}, *own]


def tolerations() -> list[dict[str, str]]:
    """What a pod needs to be let onto the machines with cards."""
    return [{"key": GPU_TAINT, "operator": "Exists", "effect": "NoSchedule"}]


def tags(environment: Environment, cluster: str) -> dict[str, str]:
    """What every thing at a cloud is tagged with, so that a bill and a person find its owner."""
    return {"gpu-fleet-environment": environment.name, "gpu-fleet-cluster": cluster}


def node_name(cluster: str, pool: str, index: int) -> str:
    """The name of a simulated node; `index` counts from 0."""
    return f"{cluster}-{pool}-{index:03d}"
