"""Clustering: requests of one family together (compiled).

As the FGD study scores it ("GpuClustering"): a family is slices, or whole cards by
their number. Best a node that holds only the request's own family, then one that holds
it among others, then an empty one, then the rest; within each the fuller first.
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import CARD, CARDS, FAMILY, FIRST, IDLE, LAST, Room, Wants


@compiled
def clustering(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100; 0 for requests without cards."""
    if wants.pods[c, CARDS] == 0:
        return 0.0
    idle, families = 0, 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        idle += room.cards[i, IDLE]
    for family in range(room.marks.shape[1]):
        families += room.marks[n, family] > 0
    if room.marks[n, wants.pods[c, FAMILY]] > 0:
        level = 75 if families == 1 else 50
    else:
        level = 25 if families == 0 else 0
    return float(level + int(25.0 * (8 * CARD - idle) / (8 * CARD)))
