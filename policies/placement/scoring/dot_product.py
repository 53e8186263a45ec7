"""Dot product: the node whose free vector is least aligned with the request (compiled).

As the FGD study scores it ("merge", "max"): processor and all cards of the node as two
dimensions, in parts of 128 processor cores and 8 cards, and whole hundredths.
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import CARD, CPU, FIRST, IDLE, LAST, SIZE, WANT_CPU, Room, Wants


@compiled
def dot_product(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100, higher where the product is smaller."""
    idle = 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        idle += room.cards[i, IDLE]
    cpu = room.nodes[n, CPU] / 128000.0 * (wants.pods[c, WANT_CPU] / 128000.0)
    cards = idle / (8.0 * CARD) * (wants.pods[c, SIZE] / (8.0 * CARD))
    return float(int((1.0 - (cpu + cards) / 2.0) * 100.0))
