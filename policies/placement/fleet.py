"""Nodes and their cards, as a caller describes them, and the arrays made of them.

A card that may be cut has `slots` (HAMi's split) and may promise more memory or cores
than it has: give what is promised. A bad or cordoned card is one with `healthy=False`,
a cordoned node one with `open=False`; cards in MIG mode are left to the caller, who
leaves them out or describes their instances as cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np

from policies.placement.layout import (
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_CPU,
    ALL_MEMORY,
    ALL_SLOTS,
    CARD,
    CARD_MEMORY,
    CORES,
    CPU,
    FIRST,
    HEALTHY,
    IDLE,
    KIND,
    LAST,
    MEMORY,
    NUMA,
    OPEN,
    SLOTS,
    Room,
)

FAMILIES = 66
"""Slices, and whole cards by their number up to 64: the columns of `Room.marks`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card as the scheduler sees it."""

    memory: int
    """MiB promised."""
    cores: int = 100
    """Hundredths of the card promised; 0 where cores are not counted."""
    slots: int = 1
    """Tasks that may share it."""
    type: str = ""
    numa: int = 0
    uuid: str = ""
    healthy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One machine."""

    name: str
    cpu: int
    """Thousandths of a processor core."""
    memory: int
    """MiB."""
    cards: tuple[Card, ...]
    open: bool = True
    pool: str = ""


class Fleet:
    """Nodes in the order in which equal ones are tried."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes: tuple[Node, ...] = tuple(nodes)
        cards = {card for node in self.nodes for card in dict.fromkeys(node.cards)}
        self.kinds: tuple[Card, ...] = tuple(sorted({_kind(card) for card in cards}, key=astuple))
        """Cards that differ in what they promise, in an order that is not the nodes'."""

    def in_order(self, order: Sequence[int]) -> Fleet:
        """The same nodes in another order."""
        return Fleet(self.nodes[index] for index in order)

    def room(self) -> Room:
        """The empty fleet as arrays."""
        cards = [card for node in self.nodes for card in node.cards]
        code = {kind: index for index, kind in enumerate(self.kinds)}
        kinds = {card: code[_kind(card)] for card in dict.fromkeys(cards)}
        last = np.cumsum(_ints(len(node.cards) for node in self.nodes))
        nodes = np.empty((len(self.nodes), 7), np.int64)
        nodes[:, FIRST] = last - _ints(len(node.cards) for node in self.nodes)
        nodes[:, LAST] = last
        nodes[:, CPU] = nodes[:, ALL_CPU] = _ints(node.cpu for node in self.nodes)
        nodes[:, MEMORY] = nodes[:, ALL_MEMORY] = _ints(node.memory for node in self.nodes)
        nodes[:, OPEN] = _ints(node.open for node in self.nodes)
        table = np.empty((len(cards), 10), np.int64)
        table[:, CARD_MEMORY] = table[:, ALL_CARD_MEMORY] = _ints(card.memory for card in cards)
        table[:, CORES] = table[:, ALL_CORES] = _ints(card.cores for card in cards)
        table[:, SLOTS] = table[:, ALL_SLOTS] = _ints(card.slots for card in cards)
        table[:, KIND] = _ints(kinds[card] for card in cards)
        table[:, NUMA] = _ints(card.numa for card in cards)
        table[:, HEALTHY] = _ints(card.healthy for card in cards)
        table[:, IDLE] = np.where((table[:, SLOTS] > 0) & (table[:, HEALTHY] > 0), CARD, 0)
        most = max((len(node.cards) for node in self.nodes), default=0)
        marks = np.zeros((len(self.nodes), FAMILIES), np.int32)
        return Room(nodes, table, marks, np.zeros((2, most + 1), np.int64))


def _kind(card: Card) -> Card:
    return replace(card, numa=0, uuid="", healthy=True)


def _ints(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, np.int64)
