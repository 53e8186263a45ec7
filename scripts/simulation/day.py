"""A day of the fleet: services come and go by their rhythm, and what happens at the worst hour.

The day begins empty at midnight and is lived twice; the second day is told, when pods
sit where the first one's comings and goings have left them. What found no place asks
again each hour, as a pending pod does. A service that shrinks loses its newest pods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from environments.demand import Demand, pods_of
from environments.model import Cluster, Environment
from policies.placement import pools, simulation
from policies.placement.simulation import Arrival, Departure, Event, Run
from scripts.console import Reporter
from scripts.simulation import scenario, trials
from scripts.simulation.result import Day, Hour, Shock

HOURS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """One cluster at one hour, in cards' worth."""

    asked: int
    placed: int
    cards: int
    memory: float
    cores: float
    busy: float


def day(
    environment: Environment,
    demand: Demand,
    clusters: Sequence[str],
    *,
    lose: int,
    surge: int,
    reporter: Reporter,
) -> Day:
    """The second of two equal days, and its worst hour with a loss and a surge."""
    courses = []
    for number, name in enumerate(clusters):
        reporter.step("a day", number, len(clusters), name)
        courses.append(_course(environment, demand, name))
    reporter.step("a day", len(clusters), len(clusters))
    hours = tuple(_hour(hour, [course[hour] for course in courses]) for hour in range(HOURS))
    worst = max(hours, key=lambda hour: (hour.asked - hour.placed, max(hour.memory, hour.cores)))
    peak = scenario.at_hour(demand, worst.hour)
    return Day(
        hours=hours,
        worst=worst.hour,
        shocks=(
            _loss(environment, peak, clusters, lose),
            _surge(environment, peak, clusters, surge),
        ),
    )


def _course(environment: Environment, demand: Demand, name: str) -> list[_Moment]:
    cluster = environment.clusters[name]
    life = _Life(cluster=cluster, ranked=trials.asked(environment, demand, name))
    busy = trials.busy(demand, name, cluster)
    moments = []
    for hour in range(2 * HOURS):
        now = scenario.at_hour(demand, hour % HOURS).of(name)
        done = life.reach({workload: pods_of(work) for workload, work in now.items()})
        use = done.use
        moments.append(
            _Moment(
                asked=sum(pods_of(work) for work in now.values()),
                placed=done.placed,
                cards=use.cards,
                memory=use.memory * use.cards,
                cores=use.cores * use.cards,
                busy=trials.busy_cards(done, busy),
            )
        )
    return moments[HOURS:]


@dataclass(slots=True, kw_only=True)
class _Life:
    """A cluster from hour to hour. The engine keeps no state: each hour is lived from the start."""

    cluster: Cluster
    ranked: Sequence[Arrival]
    """Every workload, the highest priority first."""
    events: list[Event] = field(default_factory=list)
    running: Counter[str] = field(default_factory=Counter)
    pending: Counter[str] = field(default_factory=Counter)

    def reach(self, targets: Mapping[str, int]) -> Run:
        """Pods leave and come until each workload has its number, or waits for the rest."""
        for arrival in self.ranked:
            # What waits has come last: it is what a smaller number gives up first.
            name = arrival.name
            gone = self.pending[name] + max(0, self.running[name] - targets[name])
            if gone:
                self.events.append(Departure(name=name, pods=gone))
        for arrival in self.ranked:
            name = arrival.name
            more = targets[name] - min(self.running[name], targets[name])
            if more:
                self.events.append(replace(arrival, pods=more))
        done = simulation.run(pools.fleet(self.cluster), self.events, pools.policy(self.cluster))
        self.running = Counter(
            name for name, node in zip(done.names, done.node, strict=True) if node >= 0
        )
        self.pending = Counter(
            {name: count - self.running[name] for name, count in targets.items()}
        )
        return done


def _hour(hour: int, moments: Sequence[_Moment]) -> Hour:
    cards = max(1, sum(moment.cards for moment in moments))
    return Hour(
        hour=hour,
        asked=sum(moment.asked for moment in moments),
        placed=sum(moment.placed for moment in moments),
        memory=sum(moment.memory for moment in moments) / cards,
        cores=sum(moment.cores for moment in moments) / cards,
        busy=sum(moment.busy for moment in moments) / cards,
    )


def _loss(environment: Environment, peak: Demand, clusters: Sequence[str], lose: int) -> Shock:
    """Each pool is that many nodes short, and everything is placed anew."""
    waiting: Counter[str] = Counter()
    for name in clusters:
        cluster = environment.clusters[name]
        nodes = {pool: max(0, of.nodes.desired - lose) for pool, of in cluster.pools.items()}
        waiting[name] = _more_waits(environment, peak, name, peak, nodes)
    each = "one node" if lose == 1 else f"{lose} nodes"
    return _shock(f"each pool loses {each} then", waiting)


def _surge(environment: Environment, peak: Demand, clusters: Sequence[str], surge: int) -> Shock:
    """Every service is rolled at once, with that many percent of its pods beside the old ones."""
    rolled = scenario.surged(peak, surge)
    waiting = Counter(
        {name: _more_waits(environment, peak, name, rolled, None) for name in clusters}
    )
    return _shock(f"every service is rolled at once then, {surge} % more pods", waiting)


def _more_waits(
    environment: Environment,
    peak: Demand,
    name: str,
    changed: Demand,
    nodes: Mapping[str, int] | None,
) -> int:
    """Pods that wait because of the change, beside those that wait anyway."""
    cluster = environment.clusters[name]
    policy = pools.policy(cluster)
    calm = trials.run(cluster, trials.asked(environment, peak, name), policy)
    after = trials.run(cluster, trials.asked(environment, changed, name), policy, nodes)
    return max(0, after.refused - calm.refused)


def _shock(title: str, waiting: Counter[str]) -> Shock:
    told = ", ".join(f"{pods:,} in {name}" for name, pods in waiting.most_common() if pods)
    return Shock(title=title, waiting=waiting.total(), told=told)
