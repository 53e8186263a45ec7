"""Go's sort: sorted like any other, equals in Go's order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from policies.placement.hami.go_sort import go_sort


@given(st.lists(st.integers(0, 5), max_size=60))
def test_it_sorts(numbers: list[int]) -> None:
    items = list(enumerate(numbers))

    go_sort(items, lambda item: (item[1],))

    assert [number for _, number in items] == sorted(numbers)
    assert sorted(place for place, _ in items) == list(range(len(numbers)))


@given(st.lists(st.integers(0, 3), max_size=12))
def test_up_to_twelve_equals_stay_in_their_order(numbers: list[int]) -> None:
    items = list(enumerate(numbers))

    go_sort(items, lambda item: (item[1],))

    assert items == sorted(enumerate(numbers), key=lambda item: item[1])
