"""Best fit: the node with the least left, processor and cards weighing the same (compiled).

As the FGD study scores it, in whole hundredths of a machine of 128 processor cores and
8 cards.
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import CARD, CPU, FIRST, IDLE, LAST, SIZE, WANT_CPU, Room, Wants


@compiled
def best_fit(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100, higher where less is left."""
    idle = 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        idle += room.cards[i, IDLE]
    cpu = (room.nodes[n, CPU] - wants.pods[c, WANT_CPU]) / 128000.0
    cards = (idle - wants.pods[c, SIZE]) / (8.0 * CARD)
    return float(int((1.0 - 0.5 * cpu - 0.5 * cards) * 100.0))
