"""How the cards of a fleet are drawn: one square a card, one column a node.

A card is filled from below by the share of it that is allocated, and coloured by
the same share in ten even steps, so that colour never stands alone. A dot marks a
card that one pod holds whole. The page and the standalone picture both draw from
here; where nodes stand beside each other is theirs to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from scripts.rehearsal import figures
from scripts.rehearsal.result import Card, Cluster, Node, Pool, Rehearsal

CELL = 10
PITCH = 12
LEVELS = 10
FEW_NODES = 24
"""Up to here nodes lie down, bigger and with their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One card as drawn, in its node's own coordinates."""

    x: int
    y: int
    share: float
    whole: bool

    @property
    def level(self) -> int:
        """0 where nothing is allocated, else 1 to 10; 11 where more than there is."""
        return level(self.share)

    @property
    def top(self) -> float:
        """Where the filled part begins; what is not nothing shows."""
        return self.y + CELL - self.filled

    @property
    def filled(self) -> float:
        """The height of the filled part."""
        if not self.share:
            return 0
        return round(max(1.0, min(1.0, self.share) * CELL), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How the cards of each node stand: `run` in a line, lines side by side."""

    upright: bool
    run: int

    def size(self, cards: int) -> tuple[int, int]:
        """Width and height of a node with so many cards."""
        lines = max(1, -(-cards // self.run))
        along, across = self.run * PITCH - (PITCH - CELL), lines * PITCH - (PITCH - CELL)
        return (across, along) if self.upright else (along, across)

    def place(self, index: int) -> tuple[int, int]:
        """The corner of a card."""
        line, along = divmod(index, self.run)
        return (line * PITCH, along * PITCH) if self.upright else (along * PITCH, line * PITCH)


def grid(rehearsal: Rehearsal) -> Grid:
    """Upright nodes for a fleet, lying ones for a few."""
    nodes = [
        node for cluster in rehearsal.clusters for pool in cluster.pools for node in pool.nodes
    ]
    longest = max((len(node.cards) for node in nodes), default=1)
    return Grid(upright=len(nodes) > FEW_NODES, run=max(1, min(8, longest)))


def squares(grid: Grid, cluster: Cluster, pool: Pool, node: Node) -> Iterator[Square]:
    """The cards of one node, by index."""
    for index, card in enumerate(node.cards):
        x, y = grid.place(index)
        whole = figures.is_whole(cluster, pool, card)
        yield Square(x=x, y=y, share=memory_share(pool, card), whole=whole)


def memory_share(pool: Pool, card: Card) -> float:
    """The part of the card's memory that is allocated."""
    return card.memory_mib / pool.card_memory_mib if pool.card_memory_mib else 0.0


def level(share: float) -> int:
    """The step of the colour scale: 0, 1 to 10, or 11 for more than there is."""
    if share > 1:
        return LEVELS + 1
    return ceil(round(share * LEVELS, 6))
