"""The arrays that the compiled core works on: room on nodes and cards, and wants by class.

Made by `fleet` and `requests`; nothing outside `policies.placement` needs them. Equal
requests are one *class*, equal cards are one *kind*; what a class wants of a card is
given by kind, so that percentages and whole cards are plain numbers here. Cards of a
node lie side by side.

A table with named columns and not an array per column: compiled functions count the
references of every array they are handed, and twenty of them cost more than the work.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CARD = 1_000_000
"""A whole card, in the unit of `IDLE` and `SIZE`: millionths."""

# Columns of `Room.nodes`: the node's cards are rows FIRST up to LAST of `Room.cards`;
# free and total processor (thousandths of a core) and memory (MiB); whether it takes pods.
FIRST, LAST, CPU, MEMORY, ALL_CPU, ALL_MEMORY, OPEN = range(7)

# Columns of `Room.cards`: free and promised memory (MiB), cores (hundredths) and slots;
# the kind; the NUMA node; whether it takes tasks; millionths that are free in its
# scarcest resource.
(
    CARD_MEMORY,
    CORES,
    SLOTS,
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_SLOTS,
    KIND,
    NUMA,
    HEALTHY,
    IDLE,
) = range(10)

# Columns of `Wants.pods`: cards; processor and memory of the node; whether all cards must
# be on one NUMA node; the row of `Wants.masks` that names the cards that will do, -1 for
# all; millionths of a card it takes over all its cards, in its dominant resource; the
# column of `Room.marks`.
CARDS, WANT_CPU, WANT_MEMORY, ONE_NUMA, ONLY, SIZE, FAMILY = range(7)

# Last axis of `Wants.shares`: memory and cores of a card of that kind, and whether the
# kind will do.
SHARE_MEMORY, SHARE_CORES, ALLOWED = range(3)


class Room(NamedTuple):
    """What is left of a fleet, and what there is in all."""

    nodes: Ints
    cards: Ints
    marks: NDArray[np.int32]
    """Pods on each node by family: slices, 1 card, 2 cards, ..."""
    scratch: Ints
    """Two rows as long as the largest node has cards, for whoever counts."""

    def copy(self) -> Room:
        """The same room in arrays of its own."""
        return Room(self.nodes.copy(), self.cards.copy(), self.marks.copy(), self.scratch.copy())


class Wants(NamedTuple):
    """What each class asks for."""

    pods: Ints
    shares: Ints
    """By class and kind."""
    masks: Flags
    """Cards that will do, where only some of a type will (chosen by UUID)."""


class Typical(NamedTuple):
    """The mix that is expected to arrive: classes with their probability."""

    pods: Ints
    shares: Ints
    chance: Floats
    worth: Floats
    """What room on a card is worth, by kind and thousandths of the card; see `prices`."""
    cards_per_cpu: Floats
    """One number: the cards that a thousandth of a processor core feeds, on average."""
