"""Whether a pod fits a card and a node, and what is left when it is there (compiled).

HAMi's rules decide, as its `Fit` does; they reduce to plain arithmetic where a fleet
hands out whole cards: a card's memory, cores and slots must suffice, a request for all
cores wants the card for itself, and one without cores avoids a card whose cores are
all promised.
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import (
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_SLOTS,
    ALLOWED,
    CARD,
    CARD_MEMORY,
    CARDS,
    CORES,
    CPU,
    FAMILY,
    FIRST,
    HEALTHY,
    IDLE,
    KIND,
    LAST,
    MEMORY,
    NUMA,
    ONE_NUMA,
    ONLY,
    OPEN,
    SHARE_CORES,
    SHARE_MEMORY,
    SLOTS,
    WANT_CPU,
    WANT_MEMORY,
    Ints,
    Room,
    Wants,
)

# Why a node refuses a pod: columns of `Outcome.why`, from the farthest to the closest.
(NO_NODE, NO_TYPE, NO_CPU, NO_MEMORY, NO_SLOT, NO_CARD_MEMORY, NO_CORES, NO_CARDS, FITS) = range(9)


@compiled
def share_refusal(
    memory: int, cores: int, slots: int, all_cores: int, all_slots: int, want: int, want_cores: int
) -> int:
    """Why a card with that much left refuses a share; `FITS` when it does not."""
    if slots <= 0:
        return NO_SLOT
    if memory < want:
        return NO_CARD_MEMORY
    if cores < want_cores:
        return NO_CORES
    if want_cores == 100 and all_cores == 100 and slots != all_slots:
        return NO_CORES
    if want_cores == 0 and cores == 0 and all_cores > 0:
        return NO_CORES
    return FITS


@compiled
def card_refusal(room: Room, wants: Wants, c: int, i: int) -> int:
    """Why card `i` refuses one share of class `c`; `FITS` when it does not."""
    cards = room.cards
    kind, shares = cards[i, KIND], wants.shares
    if not cards[i, HEALTHY]:
        return NO_NODE
    if not shares[c, kind, ALLOWED]:
        return NO_TYPE
    if wants.pods[c, ONLY] >= 0 and not wants.masks[wants.pods[c, ONLY], i]:
        return NO_TYPE
    return share_refusal(
        cards[i, CARD_MEMORY],
        cards[i, CORES],
        cards[i, SLOTS],
        cards[i, ALL_CORES],
        cards[i, ALL_SLOTS],
        shares[c, kind, SHARE_MEMORY],
        shares[c, kind, SHARE_CORES],
    )


@compiled
def card_fits(room: Room, wants: Wants, c: int, i: int) -> bool:
    """Whether card `i` takes one share of class `c`."""
    return card_refusal(room, wants, c, i) == FITS


@compiled
def numa_fits(room: Room, wants: Wants, c: int, n: int, numa: int) -> bool:
    """Whether the cards of one NUMA node suffice."""
    found = 0
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        if (numa < 0 or room.cards[i, NUMA] == numa) and card_fits(room, wants, c, i):
            found += 1
    return bool(found >= wants.pods[c, CARDS])


@compiled
def fitting_cards(cards: Ints, shares: Ints, c: int, first: int, last: int) -> int:
    """How many of the cards `first` up to `last` take one share of class `c`."""
    found = 0
    for i in range(first, last):
        kind = cards[i, KIND]
        refusal = share_refusal(
            cards[i, CARD_MEMORY],
            cards[i, CORES],
            cards[i, SLOTS],
            cards[i, ALL_CORES],
            cards[i, ALL_SLOTS],
            shares[c, kind, SHARE_MEMORY],
            shares[c, kind, SHARE_CORES],
        )
        found += refusal == FITS and shares[c, kind, ALLOWED] and cards[i, HEALTHY]
    return found


@compiled
def choosy_fits(room: Room, wants: Wants, c: int, n: int) -> bool:
    """The same where the class names cards or binds them to a NUMA node."""
    for i in range(room.nodes[n, FIRST], room.nodes[n, LAST]):
        numa = room.cards[i, NUMA] if wants.pods[c, ONE_NUMA] else -1
        if numa_fits(room, wants, c, n, numa):
            return True
    return bool(wants.pods[c, CARDS] == 0)


@compiled
def enough_cards(room: Room, wants: Wants, c: int, n: int) -> bool:
    """Whether node `n` has the cards that one pod of class `c` asks for."""
    found = fitting_cards(room.cards, wants.shares, c, room.nodes[n, FIRST], room.nodes[n, LAST])
    enough = found >= wants.pods[c, CARDS]
    if enough and (wants.pods[c, ONE_NUMA] or wants.pods[c, ONLY] >= 0):
        enough = choosy_fits(room, wants, c, n)
    return bool(enough)


@compiled
def node_fits(room: Room, wants: Wants, c: int, n: int) -> bool:
    """Whether node `n` takes one pod of class `c`."""
    nodes, pods = room.nodes, wants.pods
    fits = nodes[n, OPEN] and nodes[n, CPU] >= pods[c, WANT_CPU]
    if fits and nodes[n, MEMORY] >= pods[c, WANT_MEMORY]:
        return enough_cards(room, wants, c, n)
    return False


@compiled
def node_refusal(room: Room, wants: Wants, c: int, n: int) -> int:
    """What stands in the way on node `n`: of all its cards, that of the one that comes closest."""
    nodes, pods = room.nodes, wants.pods
    if not nodes[n, OPEN]:
        return NO_NODE
    closest, fitting = NO_NODE, 0
    for i in range(nodes[n, FIRST], nodes[n, LAST]):
        found = card_refusal(room, wants, c, i)
        if found == FITS:
            fitting += 1
        else:
            closest = max(closest, found)
    if pods[c, CARDS] > 0 and fitting == 0 and closest <= NO_TYPE:
        return closest
    if nodes[n, CPU] < pods[c, WANT_CPU]:
        return NO_CPU
    if nodes[n, MEMORY] < pods[c, WANT_MEMORY]:
        return NO_MEMORY
    if enough_cards(room, wants, c, n):
        return FITS
    return NO_CARDS if fitting > 0 else closest


@compiled
def change(room: Room, wants: Wants, c: int, i: int, sign: int) -> None:
    """Takes (`sign` 1) or gives back (-1) one share of class `c` on card `i`."""
    cards = room.cards
    kind, shares = cards[i, KIND], wants.shares
    cards[i, CARD_MEMORY] -= sign * shares[c, kind, SHARE_MEMORY]
    cards[i, CORES] -= sign * shares[c, kind, SHARE_CORES]
    cards[i, SLOTS] -= sign
    cards[i, IDLE] = idle(
        cards[i, CARD_MEMORY],
        cards[i, CORES],
        cards[i, SLOTS],
        cards[i, ALL_CARD_MEMORY],
        cards[i, ALL_CORES],
    )


@compiled
def idle(memory: int, cores: int, slots: int, all_memory: int, all_cores: int) -> int:
    """Millionths of a card that are free in its scarcest resource."""
    if slots <= 0:
        return 0
    left = memory * CARD // all_memory
    if all_cores > 0:
        left = min(left, cores * CARD // all_cores)
    return left


@compiled
def change_node(room: Room, wants: Wants, c: int, n: int, sign: int) -> None:
    """Takes (`sign` 1) or gives back (-1) processor and memory of node `n`."""
    pods = wants.pods
    room.nodes[n, CPU] -= sign * pods[c, WANT_CPU]
    room.nodes[n, MEMORY] -= sign * pods[c, WANT_MEMORY]
    if pods[c, CARDS] > 0:
        room.marks[n, pods[c, FAMILY]] += sign
