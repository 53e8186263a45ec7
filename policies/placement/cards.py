"""Which cards of the node a pod takes (compiled); each fills `out` with the chosen cards.

All leave it to the caller that enough cards fit. Where the request binds its cards to
one NUMA node, the first NUMA node with enough of them is used.
"""

from __future__ import annotations

import numpy as np

from policies.placement.compiled import compiled
from policies.placement.layout import CARDS, FIRST, IDLE, LAST, NUMA, ONE_NUMA, Ints, Room, Wants
from policies.placement.room import card_fits


@compiled
def numa_for(room: Room, wants: Wants, c: int, n: int) -> int:
    """The NUMA node that the pod is bound to; -1 when it is not bound."""
    if not wants.pods[c, ONE_NUMA]:
        return -1
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        found = 0
        for j in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
            if room.cards[j, NUMA] == room.cards[i, NUMA] and card_fits(room, wants, c, j):
                found += 1
        if found >= wants.pods[c, CARDS]:
            return int(room.cards[i, NUMA])
    return -1


@compiled
def in_order(room: Room, wants: Wants, c: int, n: int, out: Ints) -> None:
    """The first cards that fit: what FGD does for whole cards, and DRA for all."""
    numa = numa_for(room, wants, c, n)
    taken = 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        if taken == wants.pods[c, CARDS]:
            return
        if (numa < 0 or room.cards[i, NUMA] == numa) and card_fits(room, wants, c, i):
            out[taken] = i
            taken += 1


@compiled
def tightest(room: Room, wants: Wants, c: int, n: int, out: Ints) -> None:
    """The cards with the least left, the first of equals."""
    numa = numa_for(room, wants, c, n)
    for taken in range(wants.pods[c, CARDS]):
        best = -1
        for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
            if (numa >= 0 and room.cards[i, NUMA] != numa) or chosen(out, taken, i):
                continue
            if (best < 0 or room.cards[i, IDLE] < room.cards[best, IDLE]) and card_fits(
                room, wants, c, i
            ):
                best = i
        out[taken] = best


@compiled
def at_random(room: Room, wants: Wants, c: int, n: int, out: Ints) -> None:
    """Any cards that fit, each as likely as the other."""
    numa = numa_for(room, wants, c, n)
    for taken in range(wants.pods[c, CARDS]):
        found = 0
        for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
            if (numa >= 0 and room.cards[i, NUMA] != numa) or chosen(out, taken, i):
                continue
            if card_fits(room, wants, c, i):
                found += 1
                if np.random.randint(found) == 0:
                    out[taken] = i


@compiled
def chosen(out: Ints, taken: int, i: int) -> bool:
    """Whether card `i` is among the first `taken` of `out`."""
    for k in range(taken):  # noqa: SIM110 - compiled code has no generators
        if out[k] == i:
            return True
    return False
