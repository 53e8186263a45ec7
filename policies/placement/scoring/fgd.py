"""Fragmentation gradient descent: where the expected fragments grow least (compiled).

Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with
Fragmentation Gradient Descent", USENIX ATC'23. A request for one card tries every card
of the node; several cards are taken in their order. The score is in whole hundredths,
as published: the rounding is part of the policy, for ties then go to the first node.
"""

from __future__ import annotations

import math

from policies.placement.cards import in_order
from policies.placement.compiled import compiled
from policies.placement.fragmentation import alike, fragments
from policies.placement.layout import (
    CARD,
    CARDS,
    FIRST,
    LAST,
    Ints,
    Room,
    Typical,
    Wants,
)
from policies.placement.room import card_fits, change, change_node


@compiled
def fgd(
    room: Room, wants: Wants, typical: Typical, c: int, n: int, before: float, out: Ints
) -> float:
    """0 to 100; fills `out` with the cards. `before` is `fragments` of the node as it is."""
    change_node(room, wants, c, n, 1)
    if wants.pods[c, CARDS] == 1:
        best = _best_card(room, wants, typical, c, n, before, out)
    else:
        in_order(room, wants, c, n, out)
        for k in range(wants.pods[c, CARDS]):
            change(room, wants, c, out[k], 1)
        best = _descent(before - fragments(room, typical, n))
        for k in range(wants.pods[c, CARDS]):
            change(room, wants, c, out[k], -1)
    change_node(room, wants, c, n, -1)
    return best


@compiled
def _best_card(
    room: Room, wants: Wants, typical: Typical, c: int, n: int, before: float, out: Ints
) -> float:
    best = -1.0
    first = room.nodes[n, FIRST]
    for i in range(first, room.nodes[n, LAST]):
        if not card_fits(room, wants, c, i) or _has_twin(room, first, i):
            continue
        change(room, wants, c, i, 1)
        score = _descent(before - fragments(room, typical, n))
        change(room, wants, c, i, -1)
        if score > best:
            best = score
            out[0] = i
    return best


@compiled
def _has_twin(room: Room, first: int, i: int) -> bool:
    """Whether an earlier card of the node is just like card `i`, so that trying one is enough."""
    for j in range(first, i):  # noqa: SIM110 - compiled code has no generators
        if alike(room.cards, i, j):
            return True
    return False


@compiled
def _descent(gain: float) -> float:
    return float(int(100.0 / (1.0 + math.exp(-gain / CARD))))
