"""Go's `sort.Sort`, for the order in which it leaves equal cards.

Up to twelve elements Go sorts by insertion, which is stable. Beyond, by pattern-defeating
quicksort (Peters, 2021), which is not, but always leaves equals in the same order: HAMi
on a node of sixteen cards depends on it. Nodes of fifty cards and more, and the heap
sort that Go falls back on after many bad pivots, are sorted stably instead.
"""

from __future__ import annotations

from collections.abc import Callable, MutableSequence
from typing import Any, Generic, TypeVar

_Item = TypeVar("_Item")


def go_sort(items: MutableSequence[_Item], key: Callable[[_Item], tuple[float, ...]]) -> None:
    """Sorts in place, ascending by the key."""
    if len(items) < 50:
        _Quicksort(items, key).sort(0, len(items), len(items).bit_length())
    else:
        items[:] = sorted(items, key=key)


class _Quicksort(Generic[_Item]):
    def __init__(
        self, items: MutableSequence[_Item], key: Callable[[_Item], tuple[float, ...]]
    ) -> None:
        self._items: MutableSequence[Any] = items
        self._key = key

    def _less(self, i: int, j: int) -> bool:
        return self._key(self._items[i]) < self._key(self._items[j])

    def _swap(self, i: int, j: int) -> None:
        self._items[i], self._items[j] = self._items[j], self._items[i]

    def sort(self, a: int, b: int, limit: int) -> None:
        """The part from `a` up to `b`; `limit` bad pivots are forgiven."""
        balanced = partitioned = True
        while b - a > 12:
            if limit == 0:
                self._items[a:b] = sorted(self._items[a:b], key=self._key)
                return
            if not balanced:
                self._break_patterns(a, b)
                limit -= 1
            pivot, swaps = self._pivot(a, b)
            if balanced and partitioned and swaps == 0 and self._is_sorted(a, b):
                return
            if a > 0 and not self._less(a - 1, pivot):
                a = self._partition_equal(a, b, pivot)
                continue
            length = b - a
            middle, partitioned = self._partition(a, b, pivot)
            left, right = middle - a, b - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.sort(a, middle, limit)
                a = middle + 1
            else:
                self.sort(middle + 1, b, limit)
                b = middle
        self._items[a:b] = sorted(self._items[a:b], key=self._key)

    def _pivot(self, a: int, b: int) -> tuple[int, int]:
        """The median of three, and how many of the three comparisons were the wrong way."""
        quarter, swaps = (b - a) // 4, 0
        i, j, k = a + quarter, a + quarter * 2, a + quarter * 3
        if self._less(j, i):
            i, j, swaps = j, i, swaps + 1
        if self._less(k, j):
            j, k, swaps = k, j, swaps + 1
        if self._less(j, i):
            i, j, swaps = j, i, swaps + 1
        return j, swaps

    def _is_sorted(self, a: int, b: int) -> bool:
        return not any(self._less(i, i - 1) for i in range(a + 1, b))

    def _partition_equal(self, a: int, b: int, pivot: int) -> int:
        self._swap(a, pivot)
        i, j = a + 1, b - 1
        while True:
            while i <= j and not self._less(a, i):
                i += 1
            while i <= j and self._less(a, j):
                j -= 1
            if i > j:
                return i
            self._swap(i, j)
            i, j = i + 1, j - 1

    def _partition(self, a: int, b: int, pivot: int) -> tuple[int, bool]:
        self._swap(a, pivot)
        i, j, already = a + 1, b - 1, True
        while True:
            while i <= j and self._less(i, a):
                i += 1
            while i <= j and not self._less(j, a):
                j -= 1
            if i > j:
                self._swap(j, a)
                return j, already
            self._swap(i, j)
            i, j, already = i + 1, j - 1, False

    def _break_patterns(self, a: int, b: int) -> None:
        length = b - a
        random = length
        place = a + length // 4 * 2 - 1
        for step in range(3):
            random ^= random << 13 & 0xFFFFFFFFFFFFFFFF
            random ^= random >> 7
            random ^= random << 17 & 0xFFFFFFFFFFFFFFFF
            other = random & ((1 << length.bit_length()) - 1)
            self._swap(place - 1 + step, a + (other - length if other >= length else other))
