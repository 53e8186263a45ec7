"""What does another number of machines mean: for slices, for tenants, for the demand, for money?

Sentences for a review, each about one cluster and beginning with its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from environments import catalogue, offer
from environments.demand import Demand
from environments.model import Cluster, Environment, Pool, Prices, Quota

SHOWN = 3
"""Workloads told by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A cluster with the pools that it has at one time, and how many machines of each."""

    cluster: Cluster
    nodes: dict[str, int]
    known: bool = True
    """Whether all of its machines are here; those whose cards nobody knows are not."""

    @property
    def pools(self) -> Collection[Pool]:
        """What the machines are."""
        return self.cluster.pools.values()

    @property
    def placeable(self) -> bool:
        """Whether enough is known of every machine to ask what fits."""
        return self.known and all(catalogue.known_machine(self.cluster, p) for p in self.pools)

    @property
    def cards(self) -> int:
        """All cards."""
        return sum(n * self.cluster.pools[pool].cards_per_node for pool, n in self.nodes.items())

    @property
    def slices(self) -> int:
        """How many tasks may hold a part of a card."""
        return self.cards * offer.split(self.cluster)

    @property
    def memory_mib(self) -> int:
        """Memory of all cards, as it is promised."""
        pools = self.cluster.pools
        return sum(
            n * pools[name].cards_per_node * offer.card_memory_mib(self.cluster, pools[name])
            for name, n in self.nodes.items()
        )

    @property
    def cores(self) -> int:
        """Hundredths of cards' cores, as they are promised."""
        return int(self.cards * 100 * offer.core_scaling(self.cluster))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A cluster before and after, and at the most that an autoscaler then makes of it."""

    before: Fleet
    after: Fleet
    most: Fleet


def told(environment: Environment, demand: Demand, name: str, sides: Sides) -> Iterator[str]:
    """All there is to say of one cluster."""
    cluster = environment.clusters[name]
    if cluster.mode != "none":
        before, after = sides.before, sides.after
        yield (
            f"{name}: {before.slices:,} slices and {_gib(before):,} GiB of card memory before, "
            f"{after.slices:,} and {_gib(after):,} GiB after"
        )
    yield from _headroom(environment, name, sides.most)
    if demand.of(name):
        yield from _fit(environment, demand, name, sides)
    if environment.prices is not None:
        yield _cost(environment.prices, name, sides)


def _gib(fleet: Fleet) -> int:
    return fleet.memory_mib // 1024


def _headroom(environment: Environment, name: str, most: Fleet) -> Iterator[str]:
    """Quotas that promise more than there can be."""
    for tenant, found in environment.tenants_of(name).items():
        for quota, there, unit in _promises(found.clusters[name].quota, most):
            if quota > there:
                yield (
                    f"{name}: {tenant} may hold {quota:,} {unit}, "
                    f"and there will be {there:,} at most"
                )


def _promises(quota: Quota, most: Fleet) -> Iterator[tuple[int, int, str]]:
    memory = None if quota.gpu_memory is None else quota.gpu_memory.mib // 1024
    for promised, there, unit in (
        (quota.cards, most.cards, "cards"),
        (quota.slices, most.slices, "slices"),
        (memory, _gib(most), "GiB of card memory"),
        (quota.gpu_cores, most.cores, "hundredths of cards' cores"),
    ):
        if promised is not None:
            yield promised, there, unit


def _fit(environment: Environment, demand: Demand, name: str, sides: Sides) -> Iterator[str]:
    """The demand through the placement engine, on both sides."""
    try:
        from policies.placement import pools
        from scripts.simulation import trials
    except ImportError:
        yield f"{name}: whether the demand fits is told where gpu-fleet[simulation] is installed"
        return
    cluster = environment.clusters[name]
    arrivals = trials.asked(environment, demand, name)
    policy = pools.policy(cluster)
    after = trials.run(sides.after.cluster, arrivals, policy, sides.after.nodes)
    asked = len(after.names)
    later = ""
    if after.placed < asked and sides.most.cards > sides.after.cards:
        largest = trials.run(sides.most.cluster, arrivals, policy, sides.most.nodes)
        later = f", {largest.placed:,} once autoscalers have added all they may"
    if not sides.before.placeable:
        yield f"{name}: of {asked:,} pods of the demand {after.placed:,} fit after{later}"
        return
    before = trials.run(sides.before.cluster, arrivals, policy, sides.before.nodes)
    yield (
        f"{name}: of {asked:,} pods of the demand {before.placed:,} fit before, "
        f"{after.placed:,} after{later}"
    )
    waited = {each.name: each.pods for each in before.unplaced}
    left = [(e.pods - waited.get(e.name, 0), e.name) for e in after.unplaced]
    worse = sorted((each for each in left if each[0] > 0), key=lambda each: (-each[0], each[1]))
    if worse:
        shown = ", ".join(f"{work} ({pods:,})" for pods, work in worse[:SHOWN])
        more = f" and {len(worse) - SHOWN:,} more" if len(worse) > SHOWN else ""
        yield f"{name}: no longer fit: {shown}{more}"


def _cost(prices: Prices, name: str, sides: Sides) -> str:
    """By the hour, and by a month of 730."""
    used = {pool.card for fleet in (sides.before, sides.after) for pool in fleet.pools}
    lacking = sorted(used - {*prices.card_hour})
    if lacking:
        return f"{name}: what it costs is not told: no price of {', '.join(lacking)}"
    before, after = (_hour(prices, fleet) for fleet in (sides.before, sides.after))
    change = after - before
    return (
        f"{name}: {change:+,.0f} {prices.currency} an hour, {change * 730:+,.0f} a month "
        f"({before:,.0f} an hour before)"
    )


def _hour(prices: Prices, fleet: Fleet) -> float:
    pools = fleet.cluster.pools
    return sum(
        n * pools[name].cards_per_node * prices.card_hour[pools[name].card]
        for name, n in fleet.nodes.items()
    )
