"""Where policies stand: a cluster, its tenants, and the words its messages use."""

from __future__ import annotations

from dataclasses import dataclass

from environments import offer
from environments.model import Cluster, Dra, Environment, Hami, Mode

CONSTANTS = ("cluster", "elsewhere", "wholeCards", "largestCard")
"""What differs between clusters, in the order in which policies get it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cluster of an environment, seen from its admission policies."""

    environment: Environment
    cluster_name: str

    @property
    def cluster(self) -> Cluster:
        """The cluster itself."""
        return self.environment.clusters[self.cluster_name]

    @property
    def tenant(self) -> str:
        """The tenant in whose name examples are made: the cluster's first."""
        return next(iter(self.environment.tenants_of(self.cluster_name)))

    @property
    def priority(self) -> str:
        """A priority that this tenant may use."""
        return self.environment.tenants[self.tenant].priorities[0]

    @property
    def foreign_priority(self) -> str | None:
        """A priority of the environment that this tenant may not use."""
        own = self.environment.tenants[self.tenant].priorities
        return next((name for name in self.environment.priorities if name not in own), None)

    @property
    def largest_card_mib(self) -> int:
        """The memory of the largest card."""
        return card_memories(self.cluster)[-1]

    def constants(self) -> dict[str, str]:
        """What differs between clusters, as CEL; a policy takes what it uses."""
        found = {"cluster": f"'{self.cluster_name}'"}
        if self.cluster.mode == "none":
            return {**found, "elsewhere": self._elsewhere("a vGPU cluster", {"hami", "dra"})}
        return {
            **found,
            "elsewhere": self._elsewhere("a GPU cluster", {"none"}),
            "wholeCards": str(whole_cards(self.cluster)),
            "largestCard": str(self.largest_card_mib),
        }

    def _elsewhere(self, kind: str, modes: set[Mode]) -> str:
        """Where else such a pod could run, as the end of a message."""
        clusters = self.environment.clusters.items()
        names = ", ".join(name for name, cluster in clusters if cluster.mode in modes)
        return f"'{kind} ({names})'" if names else f"'{kind}'"


def whole_cards(cluster: Cluster) -> int:
    """The whole cards that one pod may ask of a vGPU cluster."""
    match cluster.sharing:
        case Hami(whole_cards=most) | Dra(whole_cards=most):
            return most
        case _:
            raise AssertionError("this is a bug: a GPU cluster has no such limit")


def card_memories(cluster: Cluster) -> tuple[int, ...]:
    """The MiB that a card of each pool is handed out with, smallest first."""
    pools = cluster.pools.values()
    return tuple(sorted(offer.card_memory_mib(cluster, pool) for pool in pools))


def open_to_rdma(cluster: Cluster) -> bool:
    """Whether pods may pin memory and use the host's network here."""
    return any(pool.rdma for pool in cluster.pools.values())
