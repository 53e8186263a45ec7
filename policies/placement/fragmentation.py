"""How much of a node's idle cards the expected requests could not use (compiled).

The measure of FGD (Weng et al., "Beware of Fragmentation", USENIX ATC'23): summed over
the typical requests with their probability, the idle part of cards that the request
could not use were it to come next. All of the node's idle cards when the request needs
no card, or the node lacks processor, cards or the type for it; else the cards with too
little left.
"""

from __future__ import annotations

import numpy as np

from policies.placement.compiled import compiled, compiled_entry
from policies.placement.layout import (
    ALL_CORES,
    ALL_SLOTS,
    ALLOWED,
    CARD_MEMORY,
    CARDS,
    CORES,
    CPU,
    FIRST,
    HEALTHY,
    IDLE,
    KIND,
    LAST,
    OPEN,
    SHARE_CORES,
    SHARE_MEMORY,
    SLOTS,
    WANT_CPU,
    Floats,
    Ints,
    Room,
    Typical,
)
from policies.placement.room import FITS, NO_CARDS, NO_CPU, NO_NODE, NO_TYPE, share_refusal


@compiled
def fragments(room: Room, typical: Typical, n: int) -> float:
    """Expected unusable millionths of cards on node `n`."""
    cards, pods, shares, scratch = room.cards, typical.pods, typical.shares, room.scratch
    cpu = room.nodes[n, CPU]
    distinct = distinct_cards(cards, room.nodes[n, FIRST], room.nodes[n, LAST], scratch)
    idle = 0
    for d in range(distinct):
        idle += scratch[1, d] * cards[scratch[0, d], IDLE]
    if idle == 0:
        return 0.0
    total = 0.0
    for m in range(pods.shape[0]):
        lost = idle
        if pods[m, CARDS] > 0 and cpu >= pods[m, WANT_CPU]:
            fitting, used = 0, 0
            for d in range(distinct):
                i = scratch[0, d]
                kind = cards[i, KIND]
                if (
                    shares[m, kind, ALLOWED]
                    and share_refusal(
                        cards[i, CARD_MEMORY],
                        cards[i, CORES],
                        cards[i, SLOTS],
                        cards[i, ALL_CORES],
                        cards[i, ALL_SLOTS],
                        shares[m, kind, SHARE_MEMORY],
                        shares[m, kind, SHARE_CORES],
                    )
                    == FITS
                ):
                    fitting += scratch[1, d]
                    used += scratch[1, d] * cards[i, IDLE]
            if fitting >= pods[m, CARDS]:
                lost = idle - used
        total += typical.chance[m] * lost
    return total


@compiled
def distinct_cards(cards: Ints, first: int, last: int, scratch: Ints) -> int:
    """How many different cards with something idle; `scratch` gets them and their number."""
    distinct = 0
    for i in range(first, last):
        if cards[i, IDLE] == 0:
            continue
        twin = -1
        for d in range(distinct):
            if alike(cards, scratch[0, d], i):
                twin = d
                break
        if twin < 0:
            twin = distinct
            scratch[0, twin], scratch[1, twin] = i, 0
            distinct += 1
        scratch[1, twin] += 1
    return distinct


@compiled
def alike(cards: Ints, i: int, j: int) -> bool:
    """Whether two cards take the same requests (of those that do not name a card)."""
    return bool(
        cards[i, CARD_MEMORY] == cards[j, CARD_MEMORY]
        and cards[i, CORES] == cards[j, CORES]
        and cards[i, SLOTS] == cards[j, SLOTS]
        and cards[i, KIND] == cards[j, KIND]
        and cards[i, HEALTHY] == cards[j, HEALTHY]
    )


@compiled_entry
def causes(room: Room, typical: Typical) -> Floats:
    """`fragments` of all nodes by what stands in the way: the columns of `Outcome.why`."""
    totals = np.zeros(FITS)
    cards, pods, shares = room.cards, typical.pods, typical.shares
    for n in range(room.nodes.shape[0]):
        first, last = room.nodes[n, FIRST], room.nodes[n, LAST]
        for m in range(pods.shape[0]):
            if pods[m, CARDS] == 0:
                continue
            fitting = 0
            for i in range(first, last):
                fitting += _refusal(cards, shares, m, i) == FITS
            for i in range(first, last):
                reason = _refusal(cards, shares, m, i)
                if not room.nodes[n, OPEN]:
                    reason = NO_NODE
                elif reason > NO_TYPE and room.nodes[n, CPU] < pods[m, WANT_CPU]:
                    reason = NO_CPU
                elif reason == FITS and fitting < pods[m, CARDS]:
                    reason = NO_CARDS
                if reason < FITS:
                    totals[reason] += typical.chance[m] * cards[i, IDLE]
    return totals


@compiled
def _refusal(cards: Ints, shares: Ints, m: int, i: int) -> int:
    kind = cards[i, KIND]
    if not cards[i, HEALTHY]:
        return NO_NODE
    if not shares[m, kind, ALLOWED]:
        return NO_TYPE
    return share_refusal(
        cards[i, CARD_MEMORY],
        cards[i, CORES],
        cards[i, SLOTS],
        cards[i, ALL_CORES],
        cards[i, ALL_SLOTS],
        shares[m, kind, SHARE_MEMORY],
        shares[m, kind, SHARE_CORES],
    )
