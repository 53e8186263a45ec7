"""Packing: cards already shared first, then free cards of used nodes, then empty nodes (compiled).

As the FGD study scores it ("GpuPacking").
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import CARD, CARDS, FIRST, IDLE, LAST, Room, Wants
from policies.placement.room import card_fits


@compiled
def packing(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100; 0 for requests without cards. Takes the cards with the least left."""
    if wants.pods[c, CARDS] == 0:
        return 0.0
    first, last = room.nodes[n, FIRST], room.nodes[n, LAST]
    free, shared, left = 0, 0, 0
    for i in range(first, last):
        free += room.cards[i, IDLE] >= CARD
    if free == last - first:
        return float(max(33 - free, free))
    # Cards in use are tried from the least left; free ones only when those are not enough.
    floor, seen = -1, -1
    while shared < wants.pods[c, CARDS]:
        best = -1
        for i in range(first, last):
            after = room.cards[i, IDLE] > floor or (room.cards[i, IDLE] == floor and i > seen)
            tighter = best < 0 or room.cards[i, IDLE] < room.cards[best, IDLE]
            if after and tighter and room.cards[i, IDLE] < CARD and card_fits(room, wants, c, i):
                best = i
        if best < 0:
            break
        floor, seen = room.cards[best, IDLE], best
        left += room.cards[best, IDLE] * 100 // CARD
        shared += 1
    if shared < wants.pods[c, CARDS]:
        return float(max(50 - (wants.pods[c, CARDS] - shared), 33))
    return float(max(100 - left // 10, 50))
