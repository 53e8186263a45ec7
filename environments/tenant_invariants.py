"""What must hold for tenants and priorities, and between them and the clusters."""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards
from environments.faults import Fault, Path, twice
from environments.model import Cluster, Environment, Quota
from environments.offer import Offer
from environments.phrases import known_or_meant

SYSTEM_NAMESPACES = frozenset(
    {
        "default",
        "gpu-fleet-system",
        "gpu-operator",
        "hami-system",
        "monitoring",
        "nvidia-device-plugin",
    }
)
"""Namespaces in which the cluster itself runs; rules for tenants do not hold there."""


def faults(environment: Environment) -> Iterator[Fault]:
    """Every relation that does not hold in the tenants and priorities."""
    for name in environment.priorities:
        if name.startswith("system-"):
            message = f'"{name}": Kubernetes keeps names that begin with system- to itself'
            yield Fault(("priorities", name), "reserved-name", message, at_key=True)
    for name in environment.tenants:
        if name in SYSTEM_NAMESPACES or name.startswith("kube-"):
            message = f'"{name}" is a namespace of the cluster itself; choose another name'
            yield Fault(("tenants", name), "reserved-name", message, at_key=True)
        yield from _priorities(environment, name)
        yield from _shares(environment, name)


def _priorities(environment: Environment, name: str) -> Iterator[Fault]:
    listed = environment.tenants[name].priorities
    here: Path = ("tenants", name, "priorities")
    yield from twice(listed, here)
    for index, priority in enumerate(listed):
        if priority not in environment.priorities:
            message = f'no priority "{priority}"{known_or_meant(priority, environment.priorities)}'
            needs = (("priorities", priority),)
            yield Fault((*here, index), "unknown-priority", message, needs=needs)


def _shares(environment: Environment, name: str) -> Iterator[Fault]:
    for cluster, share in environment.tenants[name].clusters.items():
        here: Path = ("tenants", name, "clusters", cluster)
        if (found := environment.clusters.get(cluster)) is None:
            message = f'no cluster "{cluster}"{known_or_meant(cluster, environment.clusters)}'
            needs = (("clusters", cluster),)
            yield Fault(here, "unknown-cluster", message, at_key=True, needs=needs)
        else:
            at: Path = ("clusters", cluster)
            yield from _units(found, share.quota, (*here, "quota"), (*at, "sharing"))
            yield from _capacity(found, share.quota, (*here, "quota"), at)


def _units(cluster: Cluster, quota: Quota, at: Path, sharing: Path) -> Iterator[Fault]:
    if cluster.mode != "none":
        if quota.cards is not None:
            message = "a vGPU cluster cuts cards; use slices, gpu_memory and gpu_cores"
            yield Fault((*at, "cards"), "wrong-unit", message, at_key=True, needs=(sharing,))
        return
    cut = {"slices": quota.slices, "gpu_memory": quota.gpu_memory, "gpu_cores": quota.gpu_cores}
    for key in (key for key, value in cut.items() if value is not None):
        message = f"a GPU cluster hands out whole cards; use cards, not {key}"
        yield Fault((*at, key), "wrong-unit", message, at_key=True, needs=(sharing,))


def _capacity(cluster: Cluster, quota: Quota, at: Path, cluster_at: Path) -> Iterator[Fault]:
    """No tenant may hold more than there is: the surplus would only ever be waited for."""
    if any(pool.card not in cards.table() for pool in cluster.pools.values()):
        return  # That card is a fault of its own; nobody knows what it holds.
    offer = Offer.of(cluster)
    memory = None if quota.gpu_memory is None else quota.gpu_memory.mib
    asked: dict[str, tuple[int | None, int, str]] = (
        {"cards": (quota.cards, offer.cards, "")}
        if cluster.mode == "none"
        else {
            "slices": (quota.slices, offer.slices, ""),
            "gpu_memory": (memory, offer.memory_mib, " MiB"),
            "gpu_cores": (quota.gpu_cores, offer.cores, ""),
        }
    )
    for key, (value, most, unit) in asked.items():
        if value is not None and value > most:
            message = (
                f"asks for {value}{unit}, the cluster's pools hold {most}{unit} at most; "
                "lower it or add nodes"
            )
            needs = ((*cluster_at, "pools"), (*cluster_at, "sharing"))
            yield Fault((*at, key), "quota-over-capacity", message, needs=needs)
