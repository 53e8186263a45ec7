"""The FGD study's protocol on its published trace ("openb"): inputs, runs and its measure.

Nodes and requests as in the CSV files of the trace; a card is 1000 thousandths, a
request for several cards takes whole ones. Requests sorted by name, shuffled by the
seed, then drawn with replacement until the demand would pass 130 % of the capacity; one
pass, arrivals only; what does not fit is dropped. Typical requests are the most
frequent ones, without their memory, that make up 95 % of the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from policies.placement.fleet import Fleet, Node
from policies.placement.go_random import GoRandom
from policies.placement.layout import CARD, CARDS, SIZE, Floats, Ints, Typical
from policies.placement.policy import Policy, Ties
from policies.placement.requests import wants
from policies.placement.run import Arrivals, place
from policies.placement.trace import Pod
from policies.placement.typical import typical

SKIP = 10
"""Numbers that ten watches of the study's scheduler drew before its nodes were ordered."""
SEEDS = tuple(range(42, 52))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Allocated share of the capacity, in percent, as the demand arrives."""

    arrived: Floats
    """Percent of the capacity asked for, after each request."""
    allocated: Floats

    def at(self, percent: float) -> float:
        """Allocated percent when that much has arrived."""
        index = int(np.searchsorted(self.arrived, percent, side="right")) - 1
        return float(self.allocated[index]) if index >= 0 else 0.0


class Study:
    """One pod list on the trace's nodes."""

    def __init__(self, nodes: Sequence[Node], pods: Sequence[Pod]) -> None:
        self.fleet = Fleet(nodes)
        self.pods = sorted(pods, key=lambda pod: pod.name)
        self.requests = list(dict.fromkeys(pod.request for pod in self.pods))
        code = {request: index for index, request in enumerate(self.requests)}
        self.classes = np.array([code[pod.request] for pod in self.pods], np.int64)
        self.wants = wants(self.requests, self.fleet)
        self.capacity = float(sum(len(node.cards) for node in nodes) * CARD)

    @cached_property
    def _mix(self) -> Typical:
        return self._typical(priced=False)

    @cached_property
    def _priced_mix(self) -> Typical:
        return self._typical(priced=True)

    def _typical(self, *, priced: bool) -> Typical:
        return typical([(pod.request, 1) for pod in self.pods], self.fleet, priced=priced)

    def scenario(self, seed: int, upto: float = 1.3) -> tuple[Ints, Ints]:
        """The classes of the requests in the order of arrival, and the order of the nodes."""
        random = GoRandom(seed)
        random.skip(1)
        listed = self.classes[random.shuffled(len(self.classes))]
        room = upto * self.capacity - self.wants.pods[listed, SIZE].sum()
        drawn = []
        while room > 0:
            c = self.classes[random.intn(len(self.classes), 1)[0]]
            room -= self.wants.pods[c, SIZE]
            if room >= 0:
                drawn.append(c)
        random.skip(SKIP)
        order = np.argsort(random.permutation(len(self.fleet.nodes)))
        return np.concatenate([listed, np.array(drawn, np.int64)]), order

    def run(self, policy: Policy, seed: int, ties: Ties = Ties.FIRST) -> Curve:
        """One run of the study."""
        classes, order = self.scenario(seed)
        fleet = self.fleet.in_order(order.tolist())
        count = len(classes)
        mix = self._priced_mix if policy is Policy.WORTH else self._mix
        arrivals = Arrivals(
            events=np.arange(count),
            cls=classes,
            first_card=np.concatenate([[0], np.cumsum(self.wants.pods[classes, CARDS])]),
            priority=np.zeros(count, np.int64),
            preempts=np.zeros(count, np.bool_),
            gang=np.full(count, -1, np.int64),
        )
        outcome = place(fleet.room(), self.wants, mix, arrivals, policy.code, int(ties), seed)
        size = self.wants.pods[classes, SIZE]
        return Curve(
            arrived=np.cumsum(size) / self.capacity * 100,
            allocated=np.cumsum(size * (outcome.node >= 0)) / self.capacity * 100,
        )
