"""HAMi's node score and card order, for runs of many requests (compiled).

`pkg/scheduler/policy` of HAMi 2.10: the usage of slots, cores and memory, summed over
all cards of the node, before the pod is there; binpack takes the highest, spread the
lowest. Cards are ordered by the same sum over the card alone; among equals the higher
NUMA node, then the later position. `policies.placement.hami` is the whole algorithm.
"""

from __future__ import annotations

import numpy as np

from policies.placement.cards import chosen
from policies.placement.compiled import compiled
from policies.placement.layout import (
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_SLOTS,
    CARD_MEMORY,
    CARDS,
    CORES,
    FIRST,
    LAST,
    NUMA,
    ONE_NUMA,
    SLOTS,
    Ints,
    Room,
    Wants,
)
from policies.placement.room import card_fits


@compiled
def hami_node(room: Room, n: int) -> float:
    """Usage of the node: 0 to 30, in single precision as HAMi computes it."""
    slots, cores, memory = 0, 0, 0
    all_slots, all_cores, all_memory = 0, 0, 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        slots += room.cards[i, ALL_SLOTS] - room.cards[i, SLOTS]
        cores += room.cards[i, ALL_CORES] - room.cards[i, CORES]
        memory += room.cards[i, ALL_CARD_MEMORY] - room.cards[i, CARD_MEMORY]
        all_slots += room.cards[i, ALL_SLOTS]
        all_cores += room.cards[i, ALL_CORES]
        all_memory += room.cards[i, ALL_CARD_MEMORY]
    if all_slots == 0 or all_cores == 0 or all_memory == 0:
        return 0.0
    used = np.float32(slots) / np.float32(all_slots)
    used += np.float32(cores) / np.float32(all_cores)
    used += np.float32(memory) / np.float32(all_memory)
    return float(np.float32(10.0) * used)


@compiled
def hami_card(room: Room, i: int) -> float:
    """Usage of one card: 0 to 30, in single precision as HAMi computes it."""
    if room.cards[i, ALL_SLOTS] == 0 or room.cards[i, ALL_CORES] == 0:
        return 0.0
    used = np.float32(room.cards[i, ALL_SLOTS] - room.cards[i, SLOTS]) / np.float32(
        room.cards[i, ALL_SLOTS]
    )
    used += np.float32(room.cards[i, ALL_CORES] - room.cards[i, CORES]) / np.float32(
        room.cards[i, ALL_CORES]
    )
    used += np.float32(room.cards[i, ALL_CARD_MEMORY] - room.cards[i, CARD_MEMORY]) / np.float32(
        room.cards[i, ALL_CARD_MEMORY]
    )
    return float(np.float32(10.0) * used)


@compiled
def hami_cards(room: Room, wants: Wants, c: int, n: int, binpack: bool, out: Ints) -> None:
    """The cards HAMi takes under its single policies `binpack` and `spread`."""
    taken = 0
    sign = 1.0 if binpack else -1.0
    numa = _numa(room, wants, c, n, binpack)
    while taken < wants.pods[c, CARDS]:
        best = -1
        for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
            if (wants.pods[c, ONE_NUMA] and room.cards[i, NUMA] != numa) or chosen(out, taken, i):
                continue
            if not card_fits(room, wants, c, i):
                continue
            if best < 0:
                best = i
                continue
            score, leader = sign * hami_card(room, i), sign * hami_card(room, best)
            if score > leader or (
                score == leader and room.cards[i, NUMA] >= room.cards[best, NUMA]
            ):
                best = i
        out[taken] = best
        taken += 1


@compiled
def _numa(room: Room, wants: Wants, c: int, n: int, binpack: bool) -> int:
    """With `numa-bind`: the first group with enough cards, lowest first under binpack."""
    best = -1
    if not wants.pods[c, ONE_NUMA]:
        return best
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        found = 0
        for j in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
            if room.cards[j, NUMA] == room.cards[i, NUMA] and card_fits(room, wants, c, j):
                found += 1
        if found < wants.pods[c, CARDS]:
            continue
        numa = room.cards[i, NUMA]
        if best < 0 or (numa < best if binpack else numa > best):
            best = numa
    return best
