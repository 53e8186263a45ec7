"""What room on a card is worth: small mixes whose best packing one can see."""

from __future__ import annotations

import pytest

from policies.placement.go_random import GoRandom
from policies.placement.prices import worth


@pytest.mark.parametrize(
    ("sizes", "counts", "room", "expected"),
    [
        ([1000], [5], 999, 0),
        ([1000], [5], 1000, 1),
        ([500], [8], 499, 0),
        ([500], [8], 500, 0.5),
        ([470], [8], 530, 0.5),
        ([810], [8], 190, 0),
        ([650, 320], [10, 10], 350, 1 / 3),
        ([250, 1000], [4, 1], 750, 0.75),
    ],
)
def test_room_is_worth_what_it_saves(sizes, counts, room, expected) -> None:
    assert worth(sizes, counts)[room] == pytest.approx(expected, abs=0.17)


def test_more_room_is_never_worth_less() -> None:
    value = worth([810, 470, 320, 650, 230], [1078, 750, 328, 253, 140])

    assert (value[1:] >= value[:-1]).all()
    assert (value[0], value[-1]) == (0, pytest.approx(1))


def test_without_slices_room_is_worth_its_size() -> None:
    assert worth([], [])[250] == pytest.approx(0.25)


def test_a_seed_means_what_it_means_in_go() -> None:
    """The first numbers of `rand.Seed(1)`, known to every Go beginner."""
    assert GoRandom(1).intn(100, 10).tolist() == [81, 87, 47, 59, 81, 18, 25, 40, 56, 0]
