"""Places a list of arrivals and departures on a fleet under a policy, and says what came of it.

The one entry for callers: reports, plan review and lint build a `fleet.Fleet` and a
list of `Arrival` and `Departure`, call `run`, and read the `Run`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from environments.errors import UsageError
from policies.placement.fleet import Fleet
from policies.placement.fragmentation import causes
from policies.placement.layout import (
    ALL_CARD_MEMORY,
    ALL_CORES,
    ALL_CPU,
    ALL_MEMORY,
    ALL_SLOTS,
    CARD,
    CARD_MEMORY,
    CARDS,
    CORES,
    CPU,
    HEALTHY,
    IDLE,
    MEMORY,
    SIZE,
    SLOTS,
    Flags,
    Ints,
    Room,
    Typical,
    Wants,
)
from policies.placement.policy import Policy, Ties
from policies.placement.requests import Request, checked, wants
from policies.placement.run import Arrivals, place
from policies.placement.typical import typical


class Reason(StrEnum):
    """What stands in the way of a pod on a node, from the farthest to the closest."""

    NODE = "node"
    """The node is cordoned, or its cards are bad."""
    TYPE = "type"
    """It has no card of the type or UUID that is asked for."""
    CPU = "cpu"
    MEMORY = "memory"
    """Of the node."""
    SLOTS = "slots"
    """As many tasks share each card as may."""
    CARD_MEMORY = "card memory"
    CORES = "cores"
    CARDS = "cards"
    """Some cards would do, but not as many as one pod asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Equal pods that come one after the other."""

    name: str
    request: Request
    pods: int = 1
    priority: int = 0
    preempts: bool = False
    """Whether it may push out pods of lower priority."""
    gang: bool = False
    """Whether all its pods are placed or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """The youngest pods of an earlier arrival go; all of them when `pods` is left out."""

    name: str
    pods: int | None = None


Event = Arrival | Departure


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """Pods of one arrival that found no place."""

    name: str
    pods: int
    evicted: int
    """How many of them had a place and were pushed out."""
    nodes: Mapping[Reason, int]
    """Nodes by what stood in the way, when the first of them was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of the fleet is taken. Shares are 0 to 1, of all that is promised."""

    cards: int
    touched: int
    """Cards that hold something."""
    allocated: float
    """By the scarcest resource of each card: what no second pod can have."""
    memory: float
    cores: float
    slots: float
    cpu: float
    host_memory: float


@dataclass(slots=True, kw_only=True)
class Run:
    """What came of the events. Pods are numbered in the order of arrival."""

    fleet: Fleet
    names: Sequence[str]
    """The arrival of each pod."""
    node: Ints
    """The node of each pod (an index into `fleet.nodes`), -1 where it has none at the end."""
    room: Room
    """The fleet as the events left it."""
    wants: Wants
    classes: Ints
    requests: Sequence[Request]
    typical: Typical
    _card: Ints = field(repr=False)
    _first_card: Ints = field(repr=False)
    _refused: Flags = field(repr=False)
    _evicted: Flags = field(repr=False)
    _why: Ints = field(repr=False)

    @property
    def placed(self) -> int:
        """Pods that have a place at the end."""
        return int((self.node >= 0).sum())

    @property
    def refused(self) -> int:
        """Pods that found no place or lost it."""
        return int((self._refused | self._evicted).sum())

    def cards(self, pod: int) -> tuple[int, ...]:
        """The cards of a pod, numbered from 0 on its node; empty where it has no place."""
        if self.node[pod] < 0:
            return ()
        first = self.room.nodes[self.node[pod], 0]
        given = self._card[self._first_card[pod] : self._first_card[pod + 1]]
        return tuple(int(card - first) for card in given)

    @property
    def unplaced(self) -> tuple[Unplaced, ...]:
        """What found no place, by arrival."""
        left = self._refused | self._evicted
        pods = Counter(self.names[pod] for pod in np.flatnonzero(left).tolist())
        evicted = Counter(self.names[pod] for pod in np.flatnonzero(self._evicted).tolist())
        first = {self.names[pod]: pod for pod in np.flatnonzero(left)[::-1].tolist()}
        return tuple(
            Unplaced(name=name, pods=pods[name], evicted=evicted[name], nodes=self._reasons(pod))
            for name, pod in sorted(first.items(), key=lambda item: item[1])
        )

    def _reasons(self, pod: int) -> Mapping[Reason, int]:
        counts = self._why[self.classes[pod]]
        return {reason: int(counts[i]) for i, reason in enumerate(Reason) if counts[i]}

    @property
    def use(self) -> Use:
        """How much is taken at the end."""
        nodes, cards = self.room.nodes, self.room.cards
        whole = CARD * np.count_nonzero(cards[:, HEALTHY])
        return Use(
            cards=len(cards),
            touched=int((cards[:, SLOTS] < cards[:, ALL_SLOTS]).sum()),
            allocated=_share(float(whole - cards[cards[:, HEALTHY] > 0, IDLE].sum()), float(whole)),
            memory=_taken(cards, CARD_MEMORY, ALL_CARD_MEMORY),
            cores=_taken(cards, CORES, ALL_CORES),
            slots=_taken(cards, SLOTS, ALL_SLOTS),
            cpu=_taken(nodes, CPU, ALL_CPU),
            host_memory=_taken(nodes, MEMORY, ALL_MEMORY),
        )

    @property
    def fragmentation(self) -> Mapping[Reason, float]:
        """Idle cards that the next request could not use, expected, by what stands in the way.

        In cards; the next request is one of the arrivals, each as likely as it came.
        """
        totals = causes(self.room, self.typical)
        return {reason: float(totals[i]) / CARD for i, reason in enumerate(Reason) if totals[i]}

    def card_use(self) -> Ints:
        """Hundredths taken of each card, by its scarcest resource, in the order of the fleet."""
        return 100 - self.room.cards[:, IDLE] * 100 // CARD


def run(
    fleet: Fleet,
    events: Sequence[Event],
    policy: Policy,
    *,
    ties: Ties = Ties.FIRST,
    seed: int = 0,
) -> Run:
    """Places the events in their order. The fleet itself is not changed.

    Raises `UsageError` for a request that cannot be (nothing is asked, less than none,
    not whole numbers) and for a departure of what never came.
    """
    arrivals = [event for event in events if isinstance(event, Arrival)]
    requests = list(dict.fromkeys(checked(arrival.request) for arrival in arrivals))
    code = {request: index for index, request in enumerate(requests)}
    pods = np.array([_pods(arrival) for arrival in arrivals], np.int64)
    classes = np.repeat(np.array([code[a.request] for a in arrivals], np.int64), pods)
    table = wants(requests, fleet)
    mix = typical(
        [(requests[c], n) for c, n in Counter(classes.tolist()).items()],
        fleet,
        priced=policy is Policy.WORTH,
    )
    given = np.concatenate([[0], np.cumsum(table.pods[classes, CARDS])]).astype(np.int64)
    numbered = Arrivals(
        events=_events(events, pods),
        cls=classes,
        first_card=given,
        priority=np.repeat(np.array([a.priority for a in arrivals], np.int64), pods),
        preempts=np.repeat(np.array([a.preempts for a in arrivals], np.bool_), pods),
        gang=np.repeat(
            np.array([i if a.gang else -1 for i, a in enumerate(arrivals)], np.int64), pods
        ),
    )
    room = fleet.room()
    outcome = place(room, table, mix, numbered, policy.code, int(ties), seed)
    return Run(
        fleet=fleet,
        names=[arrival.name for arrival in arrivals for _ in range(arrival.pods)],
        node=outcome.node,
        room=room,
        wants=table,
        classes=classes,
        requests=requests,
        typical=mix,
        _card=outcome.card,
        _first_card=given,
        _refused=outcome.refused,
        _evicted=outcome.evicted,
        _why=outcome.why,
    )


def _pods(arrival: Arrival) -> int:
    if arrival.pods < 0 or arrival.pods != int(arrival.pods):
        raise UsageError(f"{arrival.name}: {arrival.pods} pods; a whole number, 0 or more")
    return arrival.pods


def _events(events: Sequence[Event], pods: Ints) -> Ints:
    """Arrivals and departures as pod numbers; see `run.Arrivals`."""
    result: list[Ints] = [np.zeros(0, np.int64)]
    present: dict[str, list[int]] = {}
    last = np.concatenate([[0], np.cumsum(pods)])
    index = 0
    for event in events:
        if isinstance(event, Arrival):
            numbers = np.arange(last[index], last[index + 1])
            present.setdefault(event.name, []).extend(numbers.tolist())
            index += 1
            result.append(numbers)
            continue
        there = present.get(event.name)
        if there is None:
            raise UsageError(f"{event.name} departs before it arrives; put its arrival first")
        count = len(there) if event.pods is None else event.pods
        if not 0 <= count <= len(there):
            raise UsageError(f"{event.pods} pods of {event.name} depart; {len(there)} are there")
        gone = [there.pop() for _ in range(count)]
        result.append(-1 - np.array(gone, np.int64))
    return np.concatenate(result)


def _taken(table: Ints, left: int, whole: int) -> float:
    return _share(float((table[:, whole] - table[:, left]).sum()), float(table[:, whole].sum()))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


__all__ = ["SIZE", "Arrival", "Departure", "Event", "Reason", "Run", "Unplaced", "Use", "run"]
