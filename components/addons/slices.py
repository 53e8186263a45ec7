"""What a slice of a card is in a cluster, and what its claim template is called.

The words that quotas, claim templates and the translation have to agree on.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.clouds.embedded import device
from environments import keys
from environments.demand import Demand, Gpu
from environments.model import Cluster, Embedded

GPU = keys.GPU
MEMORY = keys.MEMORY
PERCENTAGE = keys.PERCENTAGE
CORES = keys.CORES
PRIORITY = keys.PRIORITY

DEVICE_CLASS = keys.DEVICE_CLASS
TWIN_MEMORY = device.GPU_MEMORY

EXCLUSIVE = keys.EXCLUSIVE


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Profile:
    """What one pod asks of cards: so many, this much of each."""

    cards: int
    memory_mib: int | None
    """Of each card; None for all of it."""
    cores: int
    """Hundredths of each card's cores; 0 where they are not limited."""

    @classmethod
    def of(cls, gpu: Gpu) -> Profile:
        """The profile of a demand: whole cards are all memory and all cores."""
        if gpu.memory is None:
            return cls(cards=gpu.cards, memory_mib=None, cores=EXCLUSIVE)
        return cls(cards=gpu.cards, memory_mib=gpu.memory.mib, cores=gpu.cores or 0)

    @property
    def template(self) -> str:
        """The name of its claim template: `vgpu-1x2048-10`, `vgpu-2xall-100`."""
        memory = "all" if self.memory_mib is None else self.memory_mib
        return f"vgpu-{self.cards}x{memory}-{self.cores}"


def profiles(demand: Demand, cluster: str, tenant: str) -> tuple[Profile, ...]:
    """The profiles that the tenant's workloads ask for in the cluster, each once."""
    works = demand.of(cluster).values()
    found = {Profile.of(work.gpu) for work in works if work.tenant == tenant}
    return tuple(sorted(found, key=lambda profile: profile.template))


def translated(cluster: Cluster) -> bool:
    """Whether the API server turns HAMi's requests into claims: a twin without HAMi."""
    match cluster.cloud:
        case Embedded(scheduler=scheduler):
            return cluster.mode == "dra" or (cluster.mode == "hami" and scheduler == "stock")
        case _:
            return False


def claimed(cluster: Cluster) -> bool:
    """Whether cards are handed out by claims, of the users' own making or translated."""
    return cluster.mode == "dra" or translated(cluster)
