"""What the room on a card is worth to the requests that are expected: shadow prices.

Packing the expected slices on as few cards as possible is the cutting-stock problem.
The dual of its linear program (Gilmore and Gomory, 1961) gives each size of slice a
price, in cards: what one more of it costs a fleet that packs well. The room left on a
card is worth the best set of slices that it still holds, at those prices: a whole card
is worth 1, half a card where halves come in pairs 0.5, and the 19 % that an 81 % slice
leaves next to nothing when nothing that small is asked for.

Nothing here is tuned: prices follow from the sizes and how often they come.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from policies.placement.compiled import compiled_entry
from policies.placement.layout import Floats, Ints

STEPS = 1000
"""Room is told apart in thousandths of a card."""

_MOST_SIZES = 96
"""Rarer sizes than these are left out; they would hardly move a price."""


def worth(sizes: Sequence[int], counts: Sequence[float]) -> Floats:
    """What each thousandth of room is worth, 0 to `STEPS`, in cards.

    `sizes` are shares of a card in thousandths, rounded up; `counts` how many of each
    are expected, in any unit.
    """
    volume: dict[int, float] = {}
    for size, count in zip(sizes, counts, strict=True):
        if 0 < size <= STEPS and count > 0:
            volume[size] = volume.get(size, 0.0) + count
    kept = sorted(sorted(volume, key=lambda s: -s * volume[s])[:_MOST_SIZES], reverse=True)
    if not kept:
        return np.linspace(0.0, 1.0, STEPS + 1)
    table = np.array(kept, np.int64)
    value, _ = _knapsack(table, _prices(table, np.array([volume[size] for size in kept])))
    scaled: Floats = value / max(float(value[STEPS]), 1e-9)
    return scaled


def _prices(sizes: Ints, counts: Floats) -> Floats:
    """The dual of the fewest cards for these slices, by the simplex method.

    The basis starts with one card pattern for each size; the pattern that enters is the
    best set of slices at the present prices, found by dynamic programming, or the leave
    to hold more slices than there are where a price has become negative.
    """
    many = len(sizes)
    basis = np.diag((STEPS // sizes).astype(np.float64))
    cost = np.ones(many)
    prices: Floats = counts * 0.0
    for _ in range(50 * many):
        prices = np.asarray(np.linalg.solve(basis.T, cost), np.float64)
        enters, price = _entering(sizes, prices)
        if enters is None:
            break
        amounts = np.linalg.solve(basis, counts)
        change = np.linalg.solve(basis, enters)
        falls = change > 1e-9
        if not falls.any():
            break
        ratio = np.where(falls, amounts / np.where(falls, change, 1.0), np.inf)
        leaves = int(np.argmin(ratio))
        basis[:, leaves] = enters
        cost[leaves] = price
    return np.maximum(prices, 0.0)


def _entering(sizes: Ints, prices: Floats) -> tuple[Floats | None, float]:
    """The column that makes the packing better, and what it costs; None at the optimum."""
    lowest = int(np.argmin(prices))
    if prices[lowest] < -1e-9:
        column = np.zeros(len(sizes))
        column[lowest] = -1.0
        return column, 0.0
    value, pattern = _knapsack(sizes, prices)
    return (pattern, 1.0) if value[STEPS] > 1.0 + 1e-9 else (None, 0.0)


@compiled_entry
def _knapsack(sizes: Ints, prices: Floats) -> tuple[Floats, Floats]:
    """The best value of slices in each room, and the best set in a whole card."""
    value = np.zeros(1001)
    last = np.full(1001, -1, np.int64)
    for room in range(1, 1001):
        value[room] = value[room - 1]
        for k in range(sizes.shape[0]):
            if sizes[k] <= room and value[room - sizes[k]] + prices[k] > value[room] + 1e-12:
                value[room] = value[room - sizes[k]] + prices[k]
                last[room] = k
    pattern = np.zeros(sizes.shape[0])
    room = 1000
    while room > 0:
        if last[room] < 0:
            room -= 1
        else:
            pattern[last[room]] += 1.0
            room -= sizes[last[room]]
    return value, pattern
