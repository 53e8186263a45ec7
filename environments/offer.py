"""What the pools of a cluster can hold, counted in cards, slices, memory and cores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from environments import cards
from environments.model import Cluster, Dra, Hami, Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """All that a cluster's pools can hold at their largest."""

    cards: int
    slices: int
    memory_mib: int
    cores: int
    """Hundredths of a card's cores."""

    @classmethod
    def of(cls, cluster: Cluster) -> Self:
        """What the cluster's pools hold with `nodes.max` nodes each."""
        known = [pool for pool in cluster.pools.values() if pool.card in cards.table()]
        total = sum(most_cards(pool) for pool in known)
        return cls(
            cards=total,
            slices=total * split(cluster),
            memory_mib=sum(most_cards(pool) * card_memory_mib(cluster, pool) for pool in known),
            cores=int(total * 100 * core_scaling(cluster)),
        )


def most_cards(pool: Pool) -> int:
    """The cards of the pool with all the nodes it may have."""
    return pool.nodes.most * pool.cards_per_node


def split(cluster: Cluster) -> int:
    """How many tasks may share one card."""
    return cluster.sharing.split if isinstance(cluster.sharing, Hami | Dra) else 1


def card_memory_mib(cluster: Cluster, pool: Pool) -> int:
    """What one card of the pool promises, which scaling may raise above what it has."""
    scaling = cluster.sharing.memory_scaling if isinstance(cluster.sharing, Hami) else 1
    return int(cards.table()[pool.card].memory_mib * scaling)


def core_scaling(cluster: Cluster) -> float:
    """How many times each card's cores are promised."""
    return cluster.sharing.core_scaling if isinstance(cluster.sharing, Hami) else 1
