"""What the plans mean in cards: by cluster and type, before and after, and who still fits.

Which machines the plans know is `standing`'s answer; how many cards a machine has is
said by the environment, and by the catalogue for those that it no longer has. Whether
the demand fits afterwards is asked of the placement engine, in `consequences`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from environments import catalogue, clouds
from environments.demand import Demand
from environments.model import Cluster, Environment, Nodes, Pool
from policies.change import PlanFile
from scripts.reviewing import consequences
from scripts.reviewing.consequences import Fleet, Sides
from scripts.reviewing.standing import Kind, Standing, standing

_LAYER = "-cluster"
"""The layer that holds the pools of a cluster; its stack's name ends so."""


_IN_MACHINES = ", in machines"
"""Behind the card of a row, where nothing says how many a machine has."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Cards of one type in one cluster; machines, where nothing says what cards they have."""

    cluster: str
    card: str
    before: int
    after: int
    cloud: str = ""
    """The provider of the cluster, by the environment; empty where it is gone."""


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """The fleet before and after."""

    rows: tuple[Row, ...]
    told: tuple[str, ...] = ()
    """What else there is to say, in sentences."""


def capacity(
    plans: Sequence[PlanFile], environment: Environment, demand: Demand
) -> Capacity | None:
    """The cards of the clusters whose pools are in the plans; None where none is."""
    rows: list[Row] = []
    told: list[str] = []
    for name in _clusters(plans, environment):
        cluster = environment.clusters.get(name)
        stack = f"{environment.name}-{name}{_LAYER}"
        desired = _desired(cluster)
        found = standing([plan for plan in plans if plan.address == stack], desired)
        if not found.pools:
            continue
        missing = {pool: size for pool, size in desired.items() if size and pool not in found.pools}
        for pool, size in missing.items():
            here = Kind(pool=pool, card="", types=(), cloud="")
            found.before[here] = found.after[here] = size
        rows += _rows(name, cluster, found)
        told += _notes(name, cluster, found, missing)
        if cluster is not None and found.changes:
            told += consequences.told(environment, demand, name, _sides(cluster, found))
    if not rows:
        return None
    return Capacity(rows=tuple(rows), told=(*_total(rows), *told))


def _clusters(plans: Sequence[PlanFile], environment: Environment) -> list[str]:
    """Those of the environment, then those of which only a plan is left."""
    start = f"{environment.name}-"
    stacks = [plan.address for plan in plans]
    planned = [
        stack.removeprefix(start).removesuffix(_LAYER)
        for stack in stacks
        if stack.startswith(start) and stack.endswith(_LAYER)
    ]
    return [*environment.clusters, *(name for name in planned if name not in environment.clusters)]


def _desired(cluster: Cluster | None) -> dict[str, int]:
    return {} if cluster is None else {n: pool.nodes.desired for n, pool in cluster.pools.items()}


# --- what the machines are -------------------------------------------------------------


def machine(cluster: Cluster | None, kind: Kind) -> Pool | None:
    """The pool whose machines these are or were; None where nothing says what cards they have."""
    now = cluster.pools.get(kind.pool) if cluster else None
    if now is not None and kind.card in {"", now.card} and _same_type(kind, now):
        return now
    found = [each for each in (_listed(kind, name) for name in kind.types) if each]
    if found and (card := kind.card or found[0].card):
        offered = found[0].machine
        if offered is None and cluster is not None and now is not None:
            offered = catalogue.known_machine(cluster, now)
        nodes = Nodes(desired=0)
        return Pool(card=card, cards_per_node=found[0].cards, nodes=nodes, machine=offered)
    # The same card in a machine that the catalogue does not know: the pool still says how many.
    return now if now is not None and kind.card == now.card else None


def _same_type(kind: Kind, pool: Pool) -> bool:
    """All types of a pool have the same cards, so one in common will do."""
    return not (kind.types and pool.instance_types) or not {*kind.types}.isdisjoint(
        pool.instance_types
    )


def _listed(kind: Kind, name: str) -> catalogue.InstanceType | None:
    provider = {"volcenginecc": "volcengine"}.get(kind.cloud, kind.cloud)
    return next((t.get(name) for cloud, t in catalogue.table().items() if cloud == provider), None)


def _rows(name: str, cluster: Cluster | None, found: Standing) -> Iterator[Row]:
    cards: dict[str, list[int]] = {}
    for side, counter in enumerate((found.before, found.after)):
        for kind, count in counter.items():
            pool = machine(cluster, kind)
            label = pool.card if pool else f"{kind.card or kind.pool}{_IN_MACHINES}"
            cards.setdefault(label, [0, 0])[side] += count * (pool.cards_per_node if pool else 1)
    cloud = clouds.provider(cluster.cloud) if cluster else ""
    for card, (before, after) in cards.items():
        yield Row(cluster=name, cloud=cloud, card=card, before=before, after=after)


def _sides(cluster: Cluster, found: Standing) -> Sides:
    most: Counter[Kind] = Counter()
    for kind, count in found.after.items():
        most[kind] = max(count, found.most.get(kind.pool, 0))
    before, after, largest = (_fleet(cluster, side) for side in (found.before, found.after, most))
    return Sides(before=before, after=after, most=largest)


def _fleet(cluster: Cluster, side: Counter[Kind]) -> Fleet:
    """The cluster with the machines of one side, each kind a pool of its own."""
    pools: dict[str, Pool] = {}
    nodes: dict[str, int] = {}
    for kind, count in side.items():
        pool = machine(cluster, kind)
        if pool is None or not count:
            continue
        name = kind.pool
        while name in pools:
            name += "+"
        pools[name], nodes[name] = pool, count
    known = all(machine(cluster, kind) for kind, count in side.items() if count)
    return Fleet(cluster=msgspec.structs.replace(cluster, pools=pools), nodes=nodes, known=known)


# --- what a reader must know of the figures ---------------------------------------------


def _total(rows: Sequence[Row]) -> Iterator[str]:
    known = [row for row in rows if not row.card.endswith(_IN_MACHINES)]
    before, after = (sum(getattr(row, side) for row in known) for side in ("before", "after"))
    if len(known) < 2 or all(row.before == row.after for row in known):
        return
    aside = "" if len(known) == len(rows) else ", machines aside"
    if before == after:
        yield f"all in all: {before:,} cards before and after{aside}"
        return
    share = f", {100 * (after - before) / before:+.0f} %" if before else ""
    change = f"{after - before:+,}{share}{aside}"
    yield f"all in all: {before:,} cards before, {after:,} after ({change})"


def _notes(
    name: str, cluster: Cluster | None, found: Standing, missing: Mapping[str, int]
) -> Iterator[str]:
    if cluster is None:
        yield f"{name}: not in the environment any more"
    gone = [pool for pool in found.pools if cluster and pool not in cluster.pools]
    if gone:
        yield f"{name}: not in the environment any more: {', '.join(gone)}"
    strange = {k.pool for k in (*found.before, *found.after) if machine(cluster, k) is None}
    if strange:
        pools = ", ".join(sorted(strange))
        yield f"{name}: nothing says how many cards a machine of {pools} has; machines are counted"
    for pool, size in {**found.assumed, **missing}.items():
        yield (
            f"{name}: the plan does not say how many machines {pool} has; counted as {size:,}, "
            "as the environment has it"
        )
    for pool, count in found.begun.items():
        yield (
            f"{name}: the new {pool} begins with {count:,} machines, the least that its "
            "autoscaler leaves"
        )
    for pool, count in found.forgotten.items():
        yield f"{name}: {count:,} machines of {pool} stay, and Terraform no longer knows them"
    for pool, count in found.beside.items():
        yield (
            f"{name}: while {pool} is replaced, its {count:,} new machines stand beside the old "
            "ones: quota and stock must hold both"
        )
