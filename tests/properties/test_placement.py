"""What holds on any fleet, for any demand, under every scheduling policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from policies.placement import simulation
from policies.placement.fleet import Card, Fleet, Node
from policies.placement.hami.pods import Container, Device, Host, Pod
from policies.placement.hami.scheduler import Scheduler
from policies.placement.layout import (
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_SLOTS,
    CARD_MEMORY,
    CORES,
    CPU,
    MEMORY,
    SLOTS,
)
from policies.placement.policy import Policy, Ties
from policies.placement.requests import Request
from policies.placement.simulation import Arrival, Departure, Run

POLICIES = st.sampled_from(list(Policy))
CARDS = st.builds(
    Card,
    memory=st.sampled_from([16384, 24576, 81920]),
    cores=st.sampled_from([100, 150]),
    slots=st.integers(1, 6),
    type=st.sampled_from(["NVIDIA-A10", "NVIDIA-H20"]),
    numa=st.integers(0, 1),
    healthy=st.sampled_from([True] * 5 + [False]),
)
MACHINES = st.builds(
    Node,
    name=st.just("node"),
    cpu=st.sampled_from([4000, 64000]),
    memory=st.sampled_from([2048, 65536]),
    cards=st.lists(CARDS, min_size=1, max_size=5).map(tuple),
    open=st.sampled_from([True] * 5 + [False]),
)
FLEETS = st.lists(MACHINES, min_size=1, max_size=4).map(
    lambda nodes: Fleet(replace(node, name=f"n{i}") for i, node in enumerate(nodes))
)
SLICES = st.builds(
    Request,
    cards=st.integers(0, 3),
    # Few amounts, so that requests meet on a card and fill it.
    memory=st.sampled_from([None, 1, 1000, 8192, 12000, 20000]),
    percent=st.sampled_from([None, None, 0, 20, 55]),
    cores=st.sampled_from([None, 0, 10, 60, 100]),
    cpu=st.sampled_from([0, 500, 1500]),
    host_memory=st.sampled_from([0, 600]),
    types=st.sampled_from([(), (), ("a10",), ("a10", "h20")]),
    numa=st.sampled_from([False, False, True]),
)
COMING = st.builds(
    Arrival,
    name=st.sampled_from("abcdef"),
    request=SLICES,
    pods=st.integers(0, 6),
    priority=st.integers(0, 2),
    preempts=st.booleans(),
    gang=st.booleans(),
)


@st.composite
def comings_and_goings(draw: st.DrawFn) -> list[simulation.Event]:
    """Arrivals, and departures of some of what came."""
    events: list[simulation.Event] = []
    for arrival in draw(st.lists(COMING, min_size=1, max_size=6)):
        events.append(arrival)
        if draw(st.booleans()):
            events.append(Departure(name=arrival.name, pods=draw(st.integers(0, arrival.pods))))
    return events


@given(fleet=FLEETS, events=comings_and_goings(), policy=POLICIES, ties=st.sampled_from(Ties))
def test_no_card_and_no_node_ever_gives_more_than_it_has(
    fleet: Fleet, events: list[simulation.Event], policy: Policy, ties: Ties
) -> None:
    for upto in range(1, len(events) + 1):
        run = simulation.run(fleet, events[:upto], policy, ties=ties)

        assert (run.room.nodes[:, [CPU, MEMORY]] >= 0).all()
        assert (run.room.cards[:, [CARD_MEMORY, CORES, SLOTS]] >= 0).all()
        assert_counted(run)


@given(fleet=FLEETS, events=comings_and_goings(), policy=POLICIES)
def test_when_all_have_left_the_fleet_is_as_it_was(
    fleet: Fleet, events: list[simulation.Event], policy: Policy
) -> None:
    stay = [event for event in events if isinstance(event, Arrival)]
    leave = [Departure(name=name) for name in dict.fromkeys(event.name for event in stay)]

    run = simulation.run(fleet, [*stay, *leave], policy)

    before = fleet.room()
    assert run.placed == 0
    assert np.array_equal(run.room.nodes, before.nodes)
    assert np.array_equal(run.room.cards, before.cards)
    assert np.array_equal(run.room.marks, before.marks)


@given(fleet=FLEETS, events=st.lists(COMING, min_size=1, max_size=6), policy=POLICIES)
def test_a_gang_is_placed_whole_or_not_at_all(
    fleet: Fleet, events: list[Arrival], policy: Policy
) -> None:
    named = [replace(e, name=str(i), preempts=False) for i, e in enumerate(events)]

    run = simulation.run(fleet, named, policy)

    for arrival in named:
        there = [
            n >= 0 for n, name in zip(run.node, run.names, strict=True) if name == arrival.name
        ]
        assert not arrival.gang or all(there) or not any(there)


@given(fleet=FLEETS, events=st.lists(COMING, min_size=1, max_size=5), policy=POLICIES)
def test_what_a_node_is_called_makes_no_difference(
    fleet: Fleet, events: list[Arrival], policy: Policy
) -> None:
    renamed = Fleet(replace(node, name=f"z{i * 7919}") for i, node in enumerate(fleet.nodes))

    first, second = (simulation.run(some, events, policy) for some in (fleet, renamed))

    assert np.array_equal(first.node, second.node)


@given(
    fleet=FLEETS,
    events=st.lists(COMING, min_size=1, max_size=5),
    policy=POLICIES.filter(lambda policy: policy not in {Policy.BEST_FIT, Policy.DOT_PRODUCT}),
    factor=st.integers(2, 5),
)
def test_units_make_no_difference(
    fleet: Fleet, events: list[Arrival], policy: Policy, factor: int
) -> None:
    """Except where a policy measures in machines of 128 processor cores, as the study's do."""
    larger = Fleet(
        replace(
            node,
            cpu=node.cpu * factor,
            cards=tuple(replace(card, memory=card.memory * factor) for card in node.cards),
        )
        for node in fleet.nodes
    )
    scaled = [
        replace(
            event,
            request=replace(
                event.request,
                cpu=event.request.cpu * factor,
                memory=event.request.memory and event.request.memory * factor,
                percent=None if event.request.percent is None else event.request.percent // 25 * 25,
            ),
        )
        for event in events
    ]
    plain = [
        replace(event, request=replace(event.request, percent=other.request.percent))
        for event, other in zip(events, scaled, strict=True)
    ]

    first = simulation.run(fleet, plain, policy)
    second = simulation.run(larger, scaled, policy)

    assert np.array_equal(first.node, second.node)


HAMI = {
    Policy.HAMI_BINPACK_SPREAD: ("binpack", "spread"),
    Policy.HAMI_BINPACK_BINPACK: ("binpack", "binpack"),
    Policy.HAMI_SPREAD_SPREAD: ("spread", "spread"),
    Policy.HAMI_SPREAD_BINPACK: ("spread", "binpack"),
}


@given(
    fleet=FLEETS,
    requests=st.lists(
        SLICES.map(lambda want: replace(want, cards=max(1, want.cards))), max_size=14
    ),
    policy=st.sampled_from(list(HAMI)),
)
def test_the_compiled_core_places_as_the_model_of_hami_does(
    fleet: Fleet, requests: Sequence[Request], policy: Policy
) -> None:
    fleet = Fleet(node for node in fleet.nodes if node.open)
    node_policy, card_policy = HAMI[policy]
    model = Scheduler(
        [host(node) for node in fleet.nodes], node_policy=node_policy, card_policy=card_policy
    )
    run = simulation.run(
        fleet, [Arrival(name=str(i), request=want) for i, want in enumerate(requests)], policy
    )

    for index, want in enumerate(requests):
        decision = model.decide(pod(index, want))
        if run.node[index] < 0:
            assert decision.nodes == ()
            continue
        name = fleet.nodes[run.node[index]].name
        assert name in decision.nodes
        shares = [share for segment in decision.shares[name] for share in segment]
        assert {int(share.uuid) for share in shares} == set(run.cards(index))
        for share in shares:
            card = fleet.nodes[run.node[index]].cards[int(share.uuid)]
            assert (share.memory, share.cores) == (want.card_memory(card), want.card_cores(card))
        model.bind(pod(index, want), name, decision.shares[name])


def host(node: Node) -> Host:
    """The node as HAMi's extender sees it; a card's UUID is its place."""
    return Host(
        name=node.name,
        cpu=node.cpu,
        memory=node.memory,
        devices=tuple(
            Device(
                uuid=str(index),
                index=index,
                memory=card.memory,
                cores=card.cores,
                slots=card.slots,
                type=card.type,
                numa=card.numa,
                healthy=card.healthy,
            )
            for index, card in enumerate(node.cards)
        ),
    )


def pod(index: int, want: Request) -> Pod:
    """The request as a pod of one container, past the webhook's defaults."""
    annotations = {"nvidia.com/use-gputype": ",".join(want.types)} if want.types else {}
    if want.numa:
        annotations["nvidia.com/numa-bind"] = "true"
    return Pod(
        name=str(index),
        cpu=want.cpu,
        memory=want.host_memory,
        annotations=annotations,
        containers=(
            Container(
                gpu=want.cards,
                gpumem=want.memory,
                gpumem_percentage=want.percent,
                gpucores=100 if want.whole else want.cores or 0,
            ),
        ),
    )


def assert_counted(run: Run) -> None:
    """What is taken of each card is the sum of what its pods were promised."""
    cards = run.room.cards
    taken = np.zeros((len(cards), 3), np.int64)
    for index, node in enumerate(run.node):
        for place in run.cards(index):
            i = run.room.nodes[node, 0] + place
            share = run.wants.shares[run.classes[index], cards[i, 6]]
            taken[i] += (share[0], share[1], 1)
    left = cards[:, [CARD_MEMORY, CORES, SLOTS]]
    assert np.array_equal(left + taken, cards[:, [ALL_CARD_MEMORY, ALL_CORES, ALL_SLOTS]])
