"""The mix of requests that is expected to arrive: the most frequent ones, with their chance.

As the FGD study takes it: by falling frequency until 95 % of all pods are covered, the
memory of the node left aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from policies.placement.fleet import Fleet
from policies.placement.layout import (
    ALLOWED,
    CARD,
    CARDS,
    SHARE_CORES,
    SHARE_MEMORY,
    SIZE,
    WANT_CPU,
    Floats,
    Typical,
    Wants,
)
from policies.placement.prices import STEPS, worth
from policies.placement.requests import Request, wants


def typical(
    counted: Sequence[tuple[Request, int]],
    fleet: Fleet,
    *,
    priced: bool = True,
    popularity: float = 0.95,
) -> Typical:
    """The typical requests of a list of requests with their number of pods.

    Without `priced` the worth of room is left out: only `Policy.WORTH` asks for it.
    """
    counts: Counter[Request] = Counter()
    for request, pods in counted:
        counts[replace(request, host_memory=0)] += pods
    ranked = sorted(
        counts, key=lambda want: (counts[want], want.cpu, _amount(want), want.cards), reverse=True
    )
    chosen: list[Request] = []
    covered = 0
    for want in ranked:
        if covered >= popularity * counts.total():
            break
        chosen.append(want)
        covered += counts[want]
    table = wants(chosen, fleet)
    everything = wants(list(counts), fleet)
    weights = np.array(list(counts.values()), np.float64)
    return Typical(
        pods=table.pods,
        shares=table.shares,
        chance=np.array([counts[want] / covered for want in chosen], np.float64),
        worth=_worth(everything, weights, fleet if priced else Fleet([])),
        cards_per_cpu=_cards_per_cpu(everything, weights),
    )


def _worth(table: Wants, pods: Floats, fleet: Fleet) -> Floats:
    """The worth of room on each kind of card, to the requests that it suits."""
    known: dict[bytes, Floats] = {}
    rows = []
    for kind, card in enumerate(fleet.kinds):
        share = table.shares[:, kind]
        size = share[:, SHARE_MEMORY] / max(card.memory, 1)
        if card.cores:
            size = np.maximum(size, share[:, SHARE_CORES] / card.cores)
        thousandths = np.ceil(size * STEPS - 1e-9).astype(np.int64)
        counts = pods * table.pods[:, CARDS] * share[:, ALLOWED]
        key = thousandths.tobytes() + counts.tobytes()
        if key not in known:
            known[key] = worth(thousandths.tolist(), counts.tolist())
        rows.append(known[key])
    return np.array(rows or [np.zeros(STEPS + 1)])


def _cards_per_cpu(table: Wants, pods: Floats) -> Floats:
    """Over all requests for cards."""
    asking = table.pods[:, CARDS] > 0
    cpu = float((pods * table.pods[:, WANT_CPU] * asking).sum())
    cards = float((pods * table.pods[:, SIZE] * asking).sum()) / CARD
    return np.array([cards / cpu if cpu else np.inf])


def _amount(request: Request) -> int:
    if request.cards == 0:
        return 0
    return request.memory or (1 << 40)
