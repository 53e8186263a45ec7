"""Zones get their addresses by their place in the list, and nobody else's."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environments import addresses
from environments.model import Network

ZONES = [f"cn-beijing-{letter}" for letter in "abcdefghijklmno"]


def test_nodes_are_counted_from_the_bottom_and_pods_from_the_top() -> None:
    found = addresses.subnets(Network(cidr="10.16.0.0/12", nodes=22, pods=16), ZONES[:2])

    assert {zone: (str(it.nodes), str(it.pods)) for zone, it in found.items()} == {
        "cn-beijing-a": ("10.16.0.0/22", "10.31.0.0/16"),
        "cn-beijing-b": ("10.16.4.0/22", "10.30.0.0/16"),
    }


def test_the_defaults_have_room_for_fifteen_zones_that_do_not_meet() -> None:
    found = addresses.subnets(Network(), ZONES)
    blocks = [block for it in found.values() for block in (it.nodes, it.pods)]

    assert len(found) == 15
    assert not any(one.overlaps(other) for one, other in combinations(blocks, 2))


@given(st.integers(1, 8), st.integers(0, 7), st.integers(20, 26), st.integers(17, 24))
def test_a_zone_that_is_appended_moves_no_other(
    count: int, more: int, nodes: int, pods: int
) -> None:
    network = Network(nodes=nodes, pods=pods)

    before = addresses.subnets(network, ZONES[:count])
    after = addresses.subnets(network, ZONES[: count + more])

    assert before == {zone: after[zone] for zone in before}


@pytest.mark.parametrize(("wanted", "prefix"), [(1, 28), (8, 28), (9, 27), (1016, 22), (1017, 21)])
def test_the_smallest_subnet_holds_what_is_wanted_and_no_smaller_one_does(
    wanted: int, prefix: int
) -> None:
    assert addresses.smallest(wanted) == prefix
    assert addresses.usable(prefix) >= wanted > addresses.usable(prefix + 1)
