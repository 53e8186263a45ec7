"""How a simulation speaks: policies, causes and refusals in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.placement.policy import Policy
from policies.placement.simulation import Reason
from scripts.simulation.result import Cluster, Trial

POLICIES: dict[str, str] = {
    Policy.RANDOM: "random",
    Policy.DOT_PRODUCT: "dot product",
    Policy.CLUSTERING: "clustering",
    Policy.PACKING: "packing",
    Policy.BEST_FIT: "best fit",
    Policy.FGD: "FGD",
    Policy.WORTH: "worth (ours)",
    Policy.HAMI_BINPACK_SPREAD: "HAMi: nodes binpack, cards spread",
    Policy.HAMI_BINPACK_BINPACK: "HAMi: nodes binpack, cards binpack",
    Policy.HAMI_SPREAD_SPREAD: "HAMi: nodes spread, cards spread",
    Policy.HAMI_SPREAD_BINPACK: "HAMi: nodes spread, cards binpack",
    Policy.LEAST_ALLOCATED: "kube-scheduler: least allocated",
    Policy.MOST_ALLOCATED: "kube-scheduler: most allocated",
    Policy.DRA: "DRA, stock scheduler",
    Policy.FIRST_FIT: "first fit",
}

CAUSES: dict[str, str] = {
    Reason.NODE: "node closed or card bad",
    Reason.TYPE: "card of another type",
    Reason.CPU: "node out of processor",
    Reason.MEMORY: "node out of memory",
    Reason.SLOTS: "card out of slots",
    Reason.CARD_MEMORY: "too little card memory left",
    Reason.CORES: "too few card cores left",
    Reason.CARDS: "too few such cards on one node",
}

_REFUSALS = {
    Reason.NODE: "closed, or with bad cards",
    Reason.TYPE: "without such a card",
    Reason.CPU: "out of processor",
    Reason.MEMORY: "out of memory",
    Reason.SLOTS: "out of slots on their cards",
    Reason.CARD_MEMORY: "with too little memory left on each card",
    Reason.CORES: "with too few cores left on each card",
    Reason.CARDS: "with too few free cards",
}


def refusal(nodes: Mapping[Reason, int]) -> str:
    """Nodes by what stands in the way, as in `12 nodes with too few free cards`."""
    parts = [
        f"{count:,} node{'' if count == 1 else 's'} {_REFUSALS[reason]}"
        for reason, count in nodes.items()
    ]
    return "; ".join(parts) or "no node"


def share(part: float) -> str:
    """`41.2 %`: one digit behind the point, for what is compared."""
    return f"{100 * part:.1f} %"


def named_trial(cluster: Cluster) -> Trial:
    """The trial of the policy that the environment names."""
    return next(trial for trial in cluster.trials if trial.policy == cluster.policy)


def assumptions(*, story: bool, day: bool) -> Iterator[str]:
    """What the numbers rest on."""
    yield "pods arrive one by one, the highest priority first; nothing is moved once it is placed"
    yield "a pod's slice is its cores, or its memory where it names no cores; `busy` is of that"
    yield "cards of every type count alike"
    if story:
        yield "before sharing a slice holds a card of its own and does the same work on it"
        yield "fleets grow and shrink with their pools in proportion"
    if day:
        yield "services follow their `rhythm`, jobs run all day; the second of two days is told"
        yield "after a loss everything is placed anew, as if the cluster were started again"
