"""From an environment and its demand to everything a simulation tells."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from environments.demand import Demand
from environments.errors import UsageError
from environments.model import Cluster, Environment, Prices
from environments.phrases import known_or_meant
from policies.placement import pools
from policies.placement.policy import Policy
from policies.placement.simulation import Arrival
from scripts.console import Reporter
from scripts.simulation import scenario, trials, words
from scripts.simulation.advice import advice
from scripts.simulation.day import day
from scripts.simulation.result import (
    Cluster as Tried,
)
from scripts.simulation.result import (
    Pool,
    Simulation,
    Story,
    Sum,
    Trial,
)

HAMI = (
    Policy.HAMI_BINPACK_SPREAD,
    Policy.HAMI_BINPACK_BINPACK,
    Policy.HAMI_SPREAD_SPREAD,
    Policy.HAMI_SPREAD_BINPACK,
)
STOCK = (Policy.LEAST_ALLOCATED, Policy.MOST_ALLOCATED)
STUDIED = (Policy.FGD, Policy.WORTH)

BEFORE = Policy.MOST_ALLOCATED
"""Who places whole cards in the story's "before": packing, which flatters it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked beside the environment."""

    policies: tuple[Policy, ...] = ()
    """None: those that the cluster's way of sharing can use, and the best known ones."""
    changes: tuple[str, ...] = ()
    grow: float = 1.0
    cards_needed: bool = False
    story: bool = True
    day: bool = False
    lose: int = 1
    """Nodes that each pool loses at the worst moment of the day."""
    surge: int = 25
    """Percent by which every service grows at once at that moment, as a rolling update does."""


def simulate(
    environment: Environment, demand: Demand, wish: Wish, reporter: Reporter
) -> Simulation:
    """Everything that is wished for. Nothing is changed, on disk or in a cluster."""
    start = time.monotonic()
    environment = scenario.changed(environment, wish.changes)
    if wish.grow != 1:
        demand = scenario.grown(demand, wish.grow)
    clusters = tuple(_clusters(environment, demand, wish, reporter))
    story = _story(environment, demand, clusters, reporter) if wish.story else None
    shared = [name for name, cluster in environment.clusters.items() if demand.of(name)]
    course = (
        day(environment, demand, shared, lose=wish.lose, surge=wish.surge, reporter=reporter)
        if wish.day
        else None
    )
    changes = [*wish.changes, *([f"{wish.grow:g} times the pods"] if wish.grow != 1 else [])]
    return Simulation(
        environment=environment.name,
        description=environment.description or "",
        seconds=time.monotonic() - start,
        currency=environment.prices.currency if environment.prices else None,
        changes=tuple(changes),
        clusters=clusters,
        story=story,
        day=course,
        advice=tuple(advice(clusters)),
        assumptions=tuple(words.assumptions(story=story is not None, day=course is not None)),
    )


def policies_of(cluster: Cluster) -> tuple[Policy, ...]:
    """What is tried on a cluster when nobody says: its own policy first."""
    choice = {"none": STOCK, "hami": HAMI, "dra": (Policy.DRA,)}[cluster.mode]
    return tuple(dict.fromkeys((pools.policy(cluster), *choice, *STUDIED)))


def chosen(names: Sequence[str]) -> tuple[Policy, ...]:
    """Policies by name. Raises `UsageError` for one that nobody knows."""
    known = [policy.value for policy in Policy]
    for name in names:
        if name not in known:
            raise UsageError(f'no policy "{name}"{known_or_meant(name, known)}')
    return tuple(map(Policy, names))


def _clusters(
    environment: Environment, demand: Demand, wish: Wish, reporter: Reporter
) -> Iterator[Tried]:
    total = len(environment.clusters)
    for number, name in enumerate(environment.clusters):
        reporter.step("policies", number, total, name)
        yield _cluster(environment, demand, name, wish)
    reporter.step("policies", total, total)


def _cluster(environment: Environment, demand: Demand, name: str, wish: Wish) -> Tried:
    cluster = environment.clusters[name]
    arrivals = trials.asked(environment, demand, name)
    busy = trials.busy(demand, name, cluster)
    own = pools.policy(cluster)
    tried = tuple(dict.fromkeys((own, *wish.policies))) if wish.policies else policies_of(cluster)

    def attempt(policy: Policy) -> Trial:
        return trials.trial(cluster, arrivals, policy, busy, needed=wish.cards_needed)

    with ThreadPoolExecutor(2) as pool:  # compiled code lets the other thread run
        found = tuple(pool.map(attempt, tried))
    return Tried(
        name=name,
        mode=cluster.mode,
        policy=own.value,
        pools=tuple(
            Pool(
                name=pool_name,
                card=of.card,
                nodes=of.nodes.desired,
                cards_per_node=of.cards_per_node,
            )
            for pool_name, of in cluster.pools.items()
        ),
        trials=found,
        shares=trials.shares(trials.run(cluster, arrivals, own)),
    )


def _story(
    environment: Environment, demand: Demand, clusters: Sequence[Tried], reporter: Reporter
) -> Story | None:
    """None where no cluster cuts cards: then there is no after."""
    if all(cluster.mode == "none" for cluster in clusters):
        return None
    uncut, whole_demand = scenario.whole(environment, demand)
    sums: list[list[Sum]] = []
    total = len(clusters)
    for number, tried in enumerate(clusters):
        reporter.step("before and after", number, total, tried.name)
        sums.append(_chapter(environment, demand, uncut, whole_demand, tried.name))
    reporter.step("before and after", total, total)
    before, here, after, needed = (_added(column) for column in zip(*sums, strict=True))
    return Story(before=before, before_here=here, after=after, after_needed=needed)


def _chapter(
    environment: Environment, demand: Demand, uncut: Environment, whole_demand: Demand, name: str
) -> list[Sum]:
    """One cluster: before on enough cards and on these, after on these and on enough."""
    cluster = environment.clusters[name]
    now = _Side(
        cluster=cluster,
        arrivals=trials.asked(environment, demand, name),
        policy=pools.policy(cluster),
        busy=trials.busy(demand, name, cluster),
        prices=environment.prices,
    )
    before = replace(
        now,
        cluster=uncut.clusters[name],
        arrivals=trials.asked(uncut, whole_demand, name),
        policy=BEFORE,
    )
    return [
        before.sum(name, before.enough()),
        before.sum(name, before.here()),
        now.sum(name, now.here()),
        now.sum(name, now.enough()),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One cluster on one side of the story."""

    cluster: Cluster
    arrivals: Sequence[Arrival]
    policy: Policy
    busy: trials.Amounts
    prices: Prices | None

    def here(self) -> dict[str, int]:
        """The nodes that there are."""
        return {pool: of.nodes.desired for pool, of in self.cluster.pools.items()}

    def enough(self) -> dict[str, int]:
        """The nodes that it takes; those that there are where no number would do."""
        return trials.smallest_fleet(self.cluster, self.arrivals, self.policy) or self.here()

    def sum(self, name: str, nodes: dict[str, int]) -> Sum:
        """What so many nodes come to."""
        done = trials.run(self.cluster, self.arrivals, self.policy, nodes)
        return Sum(
            title=name,
            asked=len(done.names),
            placed=done.placed,
            cards=trials.cards_of(self.cluster, nodes),
            busy_cards=trials.busy_cards(done, self.busy),
            cost_hour=self._cost(nodes),
        )

    def _cost(self, nodes: dict[str, int]) -> float | None:
        """What the cards cost in an hour; None where one of them has no price."""
        prices = self.prices.card_hour if self.prices else {}
        there = [(self.cluster.pools[name], count) for name, count in nodes.items()]
        if any(pool.card not in prices for pool, _ in there):
            return None
        return sum(count * pool.cards_per_node * prices[pool.card] for pool, count in there)


def _added(sums: Sequence[Sum]) -> Sum:
    costs = [found.cost_hour for found in sums]
    # A part of the bill would look like all of it.
    cost = None if None in costs else sum(cost for cost in costs if cost is not None)
    return Sum(
        title="all clusters",
        asked=sum(found.asked for found in sums),
        placed=sum(found.placed for found in sums),
        cards=sum(found.cards for found in sums),
        busy_cards=sum(found.busy_cards for found in sums),
        cost_hour=cost,
    )
