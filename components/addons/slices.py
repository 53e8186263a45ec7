"""What a slice of a card is in a cluster, and what its claim template is called.

The words that quotas, claim templates, the translation and the admission
policies have to agree on.
"""

from __future__ import annotations

from dataclasses import dataclass

from components.clouds.embedded import device
from environments import cards
from environments.demand import Demand, Gpu
from environments.model import Cluster, Dra, Embedded, Hami, Pool

GPU = "nvidia.com/gpu"
MEMORY = "nvidia.com/gpumem"
PERCENTAGE = "nvidia.com/gpumem-percentage"
CORES = "nvidia.com/gpucores"
PRIORITY = "nvidia.com/priority"
HAMI_RESOURCES = (GPU, MEMORY, PERCENTAGE, CORES, PRIORITY)

DEVICE_CLASS = device.DRIVER
TWIN_MEMORY = device.GPU_MEMORY

EXCLUSIVE = 100
"""All of a card's cores, in hundredths."""


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


def whole_cards(cluster: Cluster) -> int:
    """The whole cards that one pod may ask of a vGPU cluster."""
    match cluster.sharing:
        case Hami(whole_cards=most) | Dra(whole_cards=most):
            return most
        case _:
            raise AssertionError("this is a bug: a GPU cluster has no such limit")


def card_memories(cluster: Cluster) -> tuple[int, ...]:
    """The MiB that a card of each pool is handed out with, smallest first."""
    return tuple(sorted(_memory(cluster, pool) for pool in cluster.pools.values()))


def _memory(cluster: Cluster, pool: Pool) -> int:
    if cluster.mode == "none":
        return cards.table()[pool.card].memory_mib
    return device.memory_mib(cluster, pool)
