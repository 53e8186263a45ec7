"""Nodes as the embedded cloud makes them, and services that run on slices of their cards."""

from __future__ import annotations

from typing import Any

from components.addon import POOL, Manifest
from components.clouds import vocabulary
from components.clouds.embedded import node_pool
from environments.model import Cluster, Embedded, Environment, Hami, Machine, Nodes, Pool
from environments.quantity import Cpu, Memory

CARD = "RTX4090-24G"


def nodes(*, pool: str = "rtx", count: int = 4, cards: int = 8) -> tuple[Manifest, ...]:
    """The nodes of one pool on a cluster whose cards HAMi cuts."""
    cluster = Cluster(
        cloud=Embedded(scheduler="hami"),
        kubernetes="1.36",
        sharing=Hami(),
        pools={
            pool: Pool(
                card=CARD,
                cards_per_node=cards,
                nodes=Nodes(desired=count),
                machine=Machine(cpu=Cpu("96"), memory=Memory("512Gi")),
            )
        },
    )
    environment = Environment(name="test", clusters={"slices": cluster})
    return node_pool.nodes(environment, "slices", pool).manifests


def service(
    name: str, *, replicas: int, gpumem: int, gpucores: int, pool: str = "rtx", init: bool = False
) -> Manifest:
    """A Deployment in the keys that users of HAMi write."""
    container = {
        "name": "model",
        "image": "model",
        "resources": {
            "limits": {
                "nvidia.com/gpu": "1",
                "nvidia.com/gpumem": str(gpumem),
                "nvidia.com/gpucores": str(gpucores),
            }
        },
    }
    spec: dict[str, Any] = {
        "nodeSelector": {POOL: pool},
        "tolerations": vocabulary.tolerations(),
        "containers": [container],
    }
    if init:
        spec["initContainers"] = [{"name": "download", "image": "download"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
        },
    }
