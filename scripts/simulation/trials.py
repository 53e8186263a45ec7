"""One cluster's demand under one policy, and the smallest fleet that holds it.

Pods arrive one after the other, the highest priority first, as kube-scheduler's queue
hands them out. What a policy does with each is the engine's business
(`policies.placement`); here is what is asked of it and what its answer means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from environments import offer
from environments.demand import Demand, Workload, pods_of
from environments.model import Cluster, Environment
from policies.placement import pools, simulation
from policies.placement.policy import Policy
from policies.placement.simulation import Arrival, Run
from scripts.simulation import words
from scripts.simulation.result import Trial, Waiting

MOST_NODES = 20_000
"""Where the search for the smallest fleet gives up."""

Amounts = Mapping[str, float]
"""By workload, the cards' worth that one of its pods keeps busy."""


def asked(environment: Environment, demand: Demand, name: str) -> list[Arrival]:
    """What the cluster is asked for.

    No pod waits for its job's others, as nothing in the fleet makes it; and nobody is
    pushed off a cut card, as HAMi's extender never lets that happen (measured).
    """
    whole = environment.clusters[name].mode == "none"
    return [
        replace(arrival, gang=False, preempts=arrival.preempts and whole)
        for arrival in pools.arrivals(environment, demand, name)
    ]


def run(
    cluster: Cluster,
    arrivals: Sequence[Arrival],
    policy: Policy,
    nodes: Mapping[str, int] | None = None,
) -> Run:
    """Places everything on the cluster, or on so many nodes of its pools. Repeatable."""
    return simulation.run(pools.fleet(cluster, nodes), arrivals, policy)


def trial(
    cluster: Cluster, arrivals: Sequence[Arrival], policy: Policy, busy: Amounts, *, needed: bool
) -> Trial:
    """The run and what it comes to; with `needed` also the smallest fleet for it."""
    done = run(cluster, arrivals, policy)
    use = done.use
    smallest = smallest_fleet(cluster, arrivals, policy) if needed else None
    return Trial(
        policy=policy.value,
        title=words.POLICIES[policy],
        mode=cluster.mode,
        asked=len(done.names),
        placed=done.placed,
        cards=use.cards,
        touched=use.touched,
        memory=use.memory,
        cores=use.cores,
        busy=busy_cards(done, busy) / max(1, use.cards),
        free=use.cards * (1 - use.allocated),
        stranded={reason.value: cards for reason, cards in done.fragmentation.items()},
        waiting=waiting(done),
        nodes_needed=smallest,
        cards_needed=None if smallest is None else cards_of(cluster, smallest),
    )


def waiting(done: Run) -> tuple[Waiting, ...]:
    """What found no place, and what stands in the way of it."""
    return tuple(
        Waiting(workload=found.name, pods=found.pods, reason=words.refusal(found.nodes))
        for found in done.unplaced
    )


def shares(done: Run) -> tuple[tuple[float, ...], ...]:
    """By node, the share taken of the scarcest resource of each card."""
    taken = iter((done.card_use() / 100).tolist())
    return tuple(tuple(next(taken) for _ in node.cards) for node in done.fleet.nodes)


def busy_cards(done: Run, busy: Amounts) -> float:
    """Cards' worth that placed pods keep busy."""
    placed = Counter(name for name, node in zip(done.names, done.node, strict=True) if node >= 0)
    return sum(busy[name] * pods for name, pods in placed.items())


def busy(demand: Demand, name: str, cluster: Cluster) -> dict[str, float]:
    """What one pod of each workload keeps busy: a share of its slice, whatever it holds.

    A small service does no more work on a whole card.
    """
    largest = max(offer.card_memory_mib(cluster, pool) for pool in cluster.pools.values())
    return {
        workload: work.busy * _slice(work, largest) for workload, work in demand.of(name).items()
    }


def _slice(work: Workload, largest: int) -> float:
    """Cards' worth of one pod: by its cores where it names them, else by its memory."""
    gpu = work.gpu
    if gpu.memory is None:
        return float(gpu.cards)
    if gpu.cores:
        return gpu.cards * gpu.cores / 100
    return gpu.cards * min(1.0, gpu.memory.mib / largest)


def smallest_fleet(
    cluster: Cluster, arrivals: Sequence[Arrival], policy: Policy
) -> dict[str, int] | None:
    """Nodes by pool of the smallest fleet, all pools in their proportion, on which nothing waits.

    None where no number of nodes would do: a pod that fits no node at all.
    """
    now = {pool: max(1, of.nodes.desired) for pool, of in cluster.pools.items()}

    def holds(thousandths: int) -> bool:
        return run(cluster, arrivals, policy, _scaled(now, thousandths)).refused == 0

    high = 1000
    while not holds(high):
        if sum(_scaled(now, high).values()) > MOST_NODES:
            return None
        high *= 2
    low = 0
    # A thousandth is less than a node of the largest pool that fits in here.
    while high - low > 1 and _scaled(now, high) != _scaled(now, low):
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return _scaled(now, high)


def cards_of(cluster: Cluster, nodes: Mapping[str, int]) -> int:
    """How many cards that many nodes have."""
    return sum(count * cluster.pools[pool].cards_per_node for pool, count in nodes.items())


def pods(demand: Demand, name: str) -> int:
    """How many pods the cluster is asked for."""
    return sum(pods_of(work) for work in demand.of(name).values())


def _scaled(nodes: Mapping[str, int], thousandths: int) -> dict[str, int]:
    return {pool: -(-count * thousandths // 1000) for pool, count in nodes.items()}
