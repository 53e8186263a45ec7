"""The pools of a cluster as a fleet, and the demand on it as arrivals.

What a card promises follows the cluster's sharing mode: `none` hands out whole cards;
`hami` and `dra` cut each into `split` slots by memory and cores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from environments import cards, catalogue, offer
from environments.demand import Demand, Job, Workload, pods_of
from environments.model import Cluster, Environment, Pool
from policies.placement import simulation
from policies.placement.fleet import Card, Fleet, Node
from policies.placement.policy import Policy
from policies.placement.requests import Request
from policies.placement.simulation import Arrival, Reason


def fleet(cluster: Cluster, nodes: Mapping[str, int] | None = None) -> Fleet:
    """The machines of all pools, `nodes.desired` of each or as many as `nodes` says by pool."""
    counts = nodes or {}
    return Fleet(
        node
        for name, pool in cluster.pools.items()
        for node in _nodes(cluster, name, pool, counts.get(name, pool.nodes.desired))
    )


def _nodes(cluster: Cluster, name: str, pool: Pool, count: int) -> Sequence[Node]:
    shares = offer.split(cluster)
    half = max(1, pool.cards_per_node // 2)  # two sockets, the cards evenly between them
    known = cards.table()[pool.card]
    offered = catalogue.machine(cluster, pool)
    made = tuple(
        Card(
            memory=offer.card_memory_mib(cluster, pool),
            cores=int(100 * offer.core_scaling(cluster)),
            slots=shares,
            type=known.hami_type,
            numa=index // half,
        )
        for index in range(pool.cards_per_node)
    )
    machine = Node(
        name=name,
        cpu=offered.cpu.millicores,
        memory=offered.memory.mib,
        cards=made,
        pool=name,
    )
    return [replace(machine, name=f"{name}-{index}") for index in range(count)]


def arrivals(environment: Environment, demand: Demand, cluster: str) -> list[Arrival]:
    """The workloads of one cluster, those of high priority first, else as in the file."""
    work = demand.of(cluster)
    values = {name: environment.priorities[name].value for name in environment.priorities}
    ranked = sorted(work.items(), key=lambda item: -values.get(item[1].priority, 0))
    return [arrival(environment, name, workload) for name, workload in ranked]


def arrival(environment: Environment, name: str, workload: Workload) -> Arrival:
    """One workload of the demand; a job's pods are a gang."""
    priority = environment.priorities.get(workload.priority)
    return Arrival(
        name=name,
        request=request(workload),
        pods=pods_of(workload),
        priority=priority.value if priority else 0,
        preempts=priority.preempts if priority else False,
        gang=isinstance(workload, Job),
    )


def request(workload: Workload) -> Request:
    """What one pod of the workload asks for."""
    gpu = workload.gpu
    kind = cards.table().get(workload.card) if workload.card else None
    return Request(
        cards=gpu.cards,
        memory=None if gpu.memory is None else gpu.memory.mib,
        cores=None if gpu.memory is None else gpu.cores or 0,
        cpu=workload.host.cpu.millicores,
        host_memory=workload.host.memory.mib,
        types=(kind.hami_type,) if kind else (),
    )


def whole(request: Request) -> Request:
    """The same request on a cluster that does not cut cards: its slice takes a whole card."""
    return replace(request, memory=None, percent=None, cores=None)


def uncut(fleet: Fleet) -> Fleet:
    """The same machines with cards that are handed out whole."""
    return Fleet(
        replace(node, cards=tuple(replace(card, slots=1) for card in node.cards))
        for node in fleet.nodes
    )


def policy(cluster: Cluster) -> Policy:
    """The scheduling policy that the environment asks of the cluster."""
    match cluster.mode:
        case "hami":
            sharing = cluster.sharing
            node = getattr(sharing, "node_policy", "binpack")
            card = "binpack" if getattr(sharing, "card_policy", "spread") == "binpack" else "spread"
            return Policy(f"hami-{node}-{card}")
        case "dra":
            return Policy.DRA
        case _:
            return Policy.LEAST_ALLOCATED


def fix(  # noqa: PLR0911 - one line a reason
    fleet: Fleet, request: Request
) -> str:
    """What would let a request in that does not fit even the empty fleet; empty if it fits.

    The nearest change: the node that refuses for the reason closest to fitting.
    """
    run = simulation.run(fleet, [Arrival(name="one", request=request)], Policy.FIRST_FIT)
    if run.placed:
        return ""
    if not fleet.nodes:
        return "the fleet has no nodes; add some"
    if not run.unplaced or not run.unplaced[0].nodes:
        return "no node takes it"
    match max(run.unplaced[0].nodes, key=list(Reason).index):
        case Reason.CARDS:
            most = max(len(node.cards) for node in fleet.nodes)
            return f"a node has {most} cards at most; ask for fewer cards and more pods"
        case Reason.CARD_MEMORY:
            largest = max(card.memory for card in fleet.kinds)
            return f"the largest card has {largest} MiB; ask for at most that"
        case Reason.CORES:
            largest = max(card.cores for card in fleet.kinds)
            return f"a card has {largest} hundredths of cores; ask for at most that"
        case Reason.CPU:
            largest = max(node.cpu for node in fleet.nodes)
            return f"the largest machine has {largest}m of processor; ask for at most that"
        case Reason.MEMORY:
            largest = max(node.memory for node in fleet.nodes)
            return f"the largest machine has {largest} MiB of memory; ask for at most that"
        case Reason.TYPE:
            types = ", ".join(sorted({card.type for card in fleet.kinds})) or "none"
            return f"the fleet has {types}; ask for one of these"
        case _:
            return "all its cards are bad, cordoned or without slots; repair or add nodes"
