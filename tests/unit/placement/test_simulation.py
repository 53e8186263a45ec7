"""What a run says of small fleets, where one can count by hand."""

from __future__ import annotations

import math

import pytest

from environments.errors import UsageError
from environments.load import load
from policies.placement import pools, simulation
from policies.placement.fleet import Card, Fleet, Node
from policies.placement.policy import Policy
from policies.placement.requests import Request
from policies.placement.simulation import Arrival, Departure, Reason

CARD = Card(memory=24576, cores=100, slots=4, type="NVIDIA-A10")
HALF = Request(memory=12288, cores=50, cpu=1000)
WHOLE = Request(cpu=1000)


def fleet(nodes: int = 1, cards: int = 2, card: Card = CARD, cpu: int = 64000) -> Fleet:
    return Fleet(
        Node(name=f"n{i}", cpu=cpu, memory=65536, cards=(card,) * cards) for i in range(nodes)
    )


@pytest.mark.parametrize("policy", list(Policy))
def test_a_card_takes_two_halves_and_no_third(policy: Policy) -> None:
    run = simulation.run(fleet(cards=1), [Arrival(name="half", request=HALF, pods=3)], policy)

    assert run.placed == 2
    assert run.unplaced[0].pods == 1
    assert run.use.allocated == 1


@pytest.mark.parametrize(
    ("card", "cpu", "request_", "reason"),
    [
        (CARD, 64000, Request(memory=30000, cores=10), Reason.CARD_MEMORY),
        (CARD, 500, Request(memory=1000, cores=10, cpu=1000), Reason.CPU),
        (CARD, 64000, Request(memory=1000, cores=1, host_memory=70000), Reason.MEMORY),
        (CARD, 64000, Request(memory=1000, cores=1, types=("H20",)), Reason.TYPE),
        (CARD, 64000, Request(memory=1000, cores=1, uuids=("GPU-1",)), Reason.TYPE),
        (CARD, 64000, Request(memory=1000, cores=1, cards=3), Reason.CARDS),
        (Card(memory=24576, slots=0), 64000, Request(memory=1000, cores=1), Reason.SLOTS),
        (Card(memory=24576, cores=50), 64000, Request(memory=1000, cores=60), Reason.CORES),
        (Card(memory=24576, healthy=False), 64000, Request(memory=1, cores=1), Reason.NODE),
    ],
)
def test_what_does_not_fit_says_what_stands_in_the_way(card, cpu, request_, reason) -> None:
    run = simulation.run(
        fleet(card=card, cpu=cpu), [Arrival(name="a", request=request_)], Policy.WORTH
    )

    assert [(u.name, u.pods, dict(u.nodes)) for u in run.unplaced] == [("a", 1, {reason: 1})]


def test_a_fleet_of_nothing_takes_nothing() -> None:
    run = simulation.run(Fleet([]), [Arrival(name="a", request=HALF, pods=2)], Policy.WORTH)

    assert (run.placed, run.use.allocated, run.use.cards) == (0, 0, 0)
    assert run.unplaced[0].nodes == {}


def test_no_demand_leaves_all_idle() -> None:
    run = simulation.run(fleet(), [], Policy.FGD)

    assert (run.placed, run.unplaced, run.fragmentation) == (0, (), {})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (Request(memory=-1), "a request for -1 memory; give 0 or more"),
        (Request(cpu=math.nan), "a request for nan cpu; give a whole number"),  # type: ignore[arg-type]
        (Request(cards=1.5), "a request for 1.5 cards; give a whole number"),  # type: ignore[arg-type]
        (Request(percent=101), "a request for 101 % of a card; 100 at most"),
        (Request(memory=1 << 60), f"a request for {1 << 60} memory; no machine has that much"),
    ],
)
def test_nonsense_is_refused(request_: Request, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        simulation.run(fleet(), [Arrival(name="a", request=request_)], Policy.WORTH)

    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([Departure(name="a")], "a departs before it arrives; put its arrival first"),
        (
            [Arrival(name="a", request=HALF), Departure(name="a", pods=2)],
            "2 pods of a depart; 1 are there",
        ),
        ([Arrival(name="a", request=HALF, pods=-1)], "a: -1 pods; a whole number, 0 or more"),
    ],
)
def test_events_that_cannot_be_are_refused(events, message) -> None:
    with pytest.raises(UsageError) as raised:
        simulation.run(fleet(), events, Policy.WORTH)

    assert str(raised.value) == message


def test_what_leaves_makes_room() -> None:
    events: list[simulation.Event] = [
        Arrival(name="a", request=WHOLE, pods=3),
        Departure(name="a", pods=2),
        Arrival(name="b", request=WHOLE),
    ]

    run = simulation.run(fleet(), events, Policy.BEST_FIT)

    assert run.placed == 2
    assert [name for name, node in zip(run.names, run.node, strict=True) if node >= 0] == ["a", "b"]


def test_the_higher_priority_pushes_out_the_fewest_of_the_lowest() -> None:
    events: list[simulation.Event] = [
        Arrival(name="low", request=HALF, pods=2, priority=0),
        Arrival(name="middle", request=WHOLE, priority=1),
        Arrival(name="high", request=HALF, priority=2, preempts=True),
    ]

    run = simulation.run(fleet(), events, Policy.PACKING)

    assert [(u.name, u.pods, u.evicted) for u in run.unplaced] == [("low", 1, 1)]


def test_equals_are_never_pushed_out() -> None:
    events: list[simulation.Event] = [
        Arrival(name="there", request=WHOLE, pods=2, priority=1),
        Arrival(name="late", request=WHOLE, priority=1, preempts=True),
    ]

    run = simulation.run(fleet(), events, Policy.FGD)

    assert [u.name for u in run.unplaced] == ["late"]


def test_a_gang_that_does_not_fit_leaves_no_trace() -> None:
    events: list[simulation.Event] = [
        Arrival(name="gang", request=WHOLE, pods=3, gang=True),
        Arrival(name="single", request=WHOLE, pods=2),
    ]

    run = simulation.run(fleet(), events, Policy.WORTH)

    assert [(u.name, u.pods) for u in run.unplaced] == [("gang", 3)]


def test_cards_bound_to_one_numa_node_are_on_one() -> None:
    cards = tuple(Card(memory=1000, numa=numa) for numa in (0, 1, 0, 1))
    node = Node(name="n", cpu=1000, memory=1000, cards=cards)

    run = simulation.run(
        Fleet([node]), [Arrival(name="a", request=Request(cards=2, numa=True))], Policy.DRA
    )

    assert run.cards(0) == (0, 2)


def test_a_request_may_name_its_cards() -> None:
    cards = tuple(Card(memory=1000, uuid=f"GPU-{i}") for i in range(3))
    node = Node(name="n", cpu=1000, memory=1000, cards=cards)
    request = Request(uuids=("GPU-1", "GPU-2"), not_uuids=("GPU-1",))

    run = simulation.run(Fleet([node]), [Arrival(name="a", request=request)], Policy.WORTH)

    assert run.cards(0) == (2,)


@pytest.mark.parametrize("cluster", ["volc-infer", "tencent-infer", "idc-infer"])
def test_more_nodes_never_hold_less_of_productions_demand(cluster: str) -> None:
    loaded = load("production")
    assert loaded.demand is not None
    events = pools.arrivals(loaded.environment, loaded.demand, cluster)
    pool = next(iter(loaded.environment.clusters[cluster].pools))

    placed = [
        simulation.run(
            pools.fleet(loaded.environment.clusters[cluster], {pool: nodes}), events, Policy.WORTH
        ).placed
        for nodes in range(0, 60, 3)
    ]

    assert placed == sorted(placed)
    assert placed[-1] > placed[0]


def test_uncut_cards_hold_one_pod_each() -> None:
    run = simulation.run(
        pools.uncut(fleet(nodes=2)),
        [Arrival(name="a", request=pools.whole(HALF), pods=9)],
        Policy.LEAST_ALLOCATED,
    )

    assert (run.placed, run.use.touched) == (4, 4)


@pytest.mark.parametrize(
    ("request_", "fix"),
    [
        (HALF, ""),
        (Request(cards=3), "a node has 2 cards at most; ask for fewer cards and more pods"),
        (Request(memory=30000, cores=1), "the largest card has 24576 MiB; ask for at most that"),
        (Request(cpu=64001), "the largest machine has 64000m of processor; ask for at most that"),
        (Request(types=("H20",)), "the fleet has NVIDIA-A10; ask for one of these"),
    ],
)
def test_what_can_never_fit_comes_with_the_nearest_fix(request_: Request, fix: str) -> None:
    assert pools.fix(fleet(), request_) == fix


def test_the_fix_for_no_nodes_is_nodes() -> None:
    assert pools.fix(Fleet([]), HALF) == "the fleet has no nodes; add some"
