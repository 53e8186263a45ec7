"""What does the throughput benchmark run? A fleet like production's, as Kubernetes objects.

Five clusters: two of whole cards with jobs, three of cut cards with services.
It is kept apart from the production environment on purpose: figures stay
comparable when that fleet changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DRIVER = "hami-core-gpu.project-hami.io"
GPU_MEMORY = "twin.gpu-fleet.dev/gpumem"
CARD_LABEL = "gpu-fleet.dev/card"
NAMESPACE = "bench"
CARDS = 8
SPLIT = 10

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Nodes of one card type; `pods` is its share of the slices."""

    card: str
    memory_mib: int
    nodes: int
    pods: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One cluster of the fleet; `jobs` only where cards are handed out whole."""

    name: str
    pools: tuple[Pool, ...]
    jobs: tuple[int, ...] = ()

    @property
    def shared(self) -> bool:
        return not self.jobs

    @property
    def nodes(self) -> int:
        return sum(pool.nodes for pool in self.pools)

    @property
    def smallest_card_mib(self) -> int:
        return min(pool.memory_mib for pool in self.pools)


FLEET = (
    Cluster(
        name="volc-train",
        pools=(
            Pool(card="H200-141G", memory_mib=143771, nodes=48),
            Pool(card="H100-80G", memory_mib=81559, nodes=16),
        ),
        jobs=(1, 1, 2, 2, 4, 4, 8, 1, 2, 1, 2, 4, 1, 1, 2),
    ),
    Cluster(
        name="volc-infer",
        pools=(Pool(card="H20-96G", memory_mib=97871, nodes=60, pods=2950),),
    ),
    Cluster(
        name="tencent-infer",
        pools=(
            Pool(card="V100-32G", memory_mib=32768, nodes=40, pods=1770),
            Pool(card="A100-40G", memory_mib=40960, nodes=24, pods=1180),
        ),
    ),
    Cluster(
        name="idc-train",
        pools=(Pool(card="H100-80G", memory_mib=81559, nodes=30),),
        jobs=(1, 1, 2, 2, 4, 1, 1, 2, 2, 1, 1, 2, 1, 1, 2),
    ),
    Cluster(
        name="idc-infer",
        pools=(
            Pool(card="RTX4090-24G", memory_mib=24564, nodes=60, pods=2300),
            Pool(card="A100-80G", memory_mib=81920, nodes=35, pods=1700),
        ),
    ),
)

# (share of a pool's pods, MiB, percent of the cores); together 1.
_MIX = (
    (0.14, 2048, 10),
    (0.11, 1024, 5),
    (0.10, 1536, 10),
    (0.09, 2048, 15),
    (0.09, 1024, 10),
    (0.08, 2048, 10),
    (0.08, 1536, 5),
    (0.07, 1024, 5),
    (0.07, 2048, 5),
    (0.06, 1024, 5),
    (0.05, 2048, 10),
    (0.05, 1536, 15),
    (0.01, 16384, 30),
)


def setup(cluster: Cluster, slices_per_pool: bool = False) -> Iterator[Object]:
    """Namespace, class, claim templates, nodes and what their driver would publish."""
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    if cluster.shared:
        yield {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "DeviceClass",
            "metadata": {"name": DRIVER},
            "spec": {},
        }
        for memory, cores in sorted({(memory, cores) for _, memory, cores in _MIX}):
            yield _claim_template(memory, cores)
    for pool in cluster.pools:
        for number in range(pool.nodes):
            name = f"{cluster.name}-{pool.card.lower()}-{number:03}"
            yield _node(name, pool, shared=cluster.shared)
            if cluster.shared:
                yield _resource_slice(name, pool)


def workloads(cluster: Cluster, scale: float) -> Iterator[Object]:
    """Deployments of slices, or jobs of whole nodes, `scale` of their full size."""
    for pool in cluster.pools if cluster.shared else ():
        for number, (share, memory, cores) in enumerate(_MIX):
            replicas = max(1, round(share * pool.pods * scale))
            name = f"{pool.card.lower()}-{number:02}"
            yield _deployment(name, pool, replicas, memory, cores)
    for number, nodes in enumerate(cluster.jobs):
        yield _job(f"train-{number:02}", nodes)


def _claim_template(memory: int, cores: int) -> Object:
    exactly = {
        "deviceClassName": DRIVER,
        "allocationMode": "ExactCount",
        "count": 1,
        "capacity": {"requests": {"memory": f"{memory}Mi", "cores": str(cores)}},
    }
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": {"name": f"vgpu-1x{memory}-{cores}", "namespace": NAMESPACE},
        "spec": {"spec": {"devices": {"requests": [{"name": "vgpu", "exactly": exactly}]}}},
    }


def _node(name: str, pool: Pool, *, shared: bool) -> Object:
    cards = {GPU_MEMORY: str(pool.memory_mib * CARDS)} if shared else {"nvidia.com/gpu": str(CARDS)}
    capacity = {"cpu": "192", "memory": "2Ti", "pods": "250", **cards}
    labels = {CARD_LABEL: pool.card, "kubernetes.io/hostname": name}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "status": {"capacity": capacity, "allocatable": capacity},
    }


def _resource_slice(node: str, pool: Pool) -> Object:
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": f"{node}-gpu"},
        "spec": {
            "driver": DRIVER,
            "nodeName": node,
            "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
            "devices": [_device(node, index, pool) for index in range(CARDS)],
        },
    }


def _device(node: str, index: int, pool: Pool) -> Object:
    return {
        "name": f"gpu-{index}",
        "allowMultipleAllocations": True,
        "attributes": {
            "type": {"string": pool.card},
            "card": {"string": pool.card},
            "uuid": {"string": f"GPU-{node}-{index}"[:64]},
            "index": {"int": index},
        },
        "capacity": {
            "memory": _capacity(f"{pool.memory_mib}Mi", f"{pool.memory_mib}Mi", "1Mi"),
            "cores": _capacity("100", "100", "0"),
            "slots": _capacity(str(SPLIT), "1", "1"),
        },
    }


def _capacity(value: str, default: str, least: str) -> Object:
    span = {"min": least, "step": "1Mi" if value.endswith("Mi") else "1"}
    return {"value": value, "requestPolicy": {"default": default, "validRange": span}}


def _deployment(name: str, pool: Pool, replicas: int, memory: int, cores: int) -> Object:
    labels = {"app": name, "gpu-fleet.dev/tenant": "search", "gpu-fleet.dev/workload": name}
    limits = {
        "cpu": "500m",
        "memory": "2Gi",
        "nvidia.com/gpu": "1",
        "nvidia.com/gpumem": str(memory),
        "nvidia.com/gpucores": str(cores),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"nodeSelector": {CARD_LABEL: pool.card}, **_containers(limits)},
            },
        },
    }


def _job(name: str, nodes: int) -> Object:
    labels = {"app": name, "gpu-fleet.dev/tenant": "pretraining", "gpu-fleet.dev/workload": name}
    limits = {"cpu": "96", "memory": "1Ti", "nvidia.com/gpu": str(CARDS)}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "completions": nodes,
            "parallelism": nodes,
            "template": {
                "metadata": {"labels": labels},
                "spec": {"restartPolicy": "Never", **_containers(limits)},
            },
        },
    }


def _containers(limits: dict[str, str]) -> Object:
    container = {
        "name": "main",
        "image": "registry.example.com/serving/model-server:1.0",
        "env": [{"name": "MODEL", "value": "rank"}, {"name": "LOG_LEVEL", "value": "info"}],
        "ports": [{"containerPort": 8080, "name": "http"}],
        "resources": {"limits": limits},
    }
    return {"automountServiceAccountToken": False, "containers": [container]}
