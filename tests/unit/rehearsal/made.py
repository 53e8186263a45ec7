"""Rehearsals as they might have come out, made from the environments in this checkout.

The demand is placed first-fit, so that the picture of the fleet looks like one; what
does not fit is said to wait, as the control plane would say it. Everything is
seeded: the same environment gives the same rehearsal. The files in
`tests/fixtures` were written by `python -m tests.unit.rehearsal.made`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from environments import cards as card_table
from environments.demand import Demand, Workload, pods_of
from environments.load import load
from environments.model import Cluster as ClusterModel
from environments.model import Environment
from environments.model import Pool as PoolModel
from scripts.rehearsal import result
from tests.unit.rehearsal import made_words as words
from tests.unit.rehearsal.kept import FIXTURES


@dataclass(slots=True)
class Slot:
    """A card while it is being filled."""

    pool: str
    card: str
    node: str
    free_memory: int
    free_slots: int
    free_cores: int = 100
    memory: int = 0
    cores: int = 0
    pods: int = 0

    def take(self, memory: int, cores: int) -> None:
        """Hand out some of the card to one more pod."""
        self.free_memory -= memory
        self.free_cores -= cores
        self.free_slots -= 1
        self.memory += memory
        self.cores += cores
        self.pods += 1


@dataclass(slots=True)
class Fill:
    """What came of placing a cluster's demand."""

    running: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    used: dict[str, dict[str, int]] = field(default_factory=dict)


def rehearsal(name: str, seed: int = 7) -> result.Rehearsal:
    """A rehearsal of the environment called `name` that passed."""
    loaded = load(name)
    chance = random.Random(seed)
    clusters = [
        _cluster(loaded.environment, loaded.demand, key, chance)
        for key in loaded.environment.clusters
    ]
    pods = sum(cluster.pods_running for cluster in clusters)
    slowest = max(cluster.throughput.seconds for cluster in clusters)
    curve = words.curve(pods, slowest, chance)
    speed = result.Throughput(
        pods=pods, seconds=slowest, per_second=round(pods / slowest, 1), curve=curve
    )
    phases = words.phases(len(clusters), slowest)
    return result.Rehearsal(
        environment=name,
        description=loaded.environment.description or "",
        started="2026-11-22T10:17:04+00:00",
        seconds=round(sum(phase.seconds for phase in phases) + 2.4, 1),
        verdict="pass",
        fidelity=words.FIDELITY,
        phases=phases,
        clusters=clusters,
        throughput=speed,
        peak_memory_mib=1400 + 1900 * len(clusters),
        versions=words.VERSIONS,
    )


def _cluster(
    environment: Environment, demand: Demand, name: str, chance: random.Random
) -> result.Cluster:
    cluster = environment.clusters[name]
    slots = [
        slot for key, pool in cluster.pools.items() for slot in _slots(cluster, name, key, pool)
    ]
    work = demand.of(name)
    fill = _fill(slots, work)
    pods, running = sum(map(pods_of, work.values())), sum(fill.running.values())
    seconds = round(2 + running / chance.uniform(24, 42), 1)
    curve = words.curve(running, seconds, chance)
    nodes = sum(pool.nodes.desired for pool in cluster.pools.values())
    return result.Cluster(
        name=name,
        description=cluster.description or "",
        cloud=type(cluster.cloud).__name__.lower(),
        region=getattr(cluster.cloud, "region", ""),
        mode=cluster.mode,
        kubernetes=cluster.kubernetes,
        cards=len(slots),
        nodes=nodes,
        pods_demanded=pods,
        pods_running=running,
        throughput=result.Throughput(
            pods=running, seconds=seconds, per_second=round(running / seconds, 1), curve=curve
        ),
        pools=[_pool(cluster, key, pool, slots) for key, pool in cluster.pools.items()],
        tenants=list(_tenants(environment, name, work, fill)),
        unplaced=[
            words.unplaced(key, work[key], left, nodes) for key, left in fill.waiting.items()
        ],
        proofs=words.proofs(cluster.mode),
        checks=words.checks(running, nodes, len(slots), len(environment.tenants_of(name))),
        layers=words.layers(environment.name, name, nodes),
        addons=words.addons(cluster.mode),
        charts=words.charts(cluster.mode),
    )


def _slots(cluster: ClusterModel, name: str, key: str, pool: PoolModel) -> Iterator[Slot]:
    memory = card_table.table()[pool.card].memory_mib
    split = 1 if cluster.sharing == "none" else cluster.sharing.split
    for number in range(pool.nodes.desired):
        for _ in range(pool.cards_per_node):
            node = f"{name}-{key}-{number:03}"
            yield Slot(pool=key, card=pool.card, node=node, free_memory=memory, free_slots=split)


def _fill(slots: list[Slot], work: dict[str, Workload]) -> Fill:
    fill = Fill()
    for name, workload in sorted(work.items(), key=lambda item: -item[1].gpu.cards):
        for _ in range(pods_of(workload)):
            chosen = _fit(slots, workload)
            side = fill.running if chosen else fill.waiting
            side[name] = side.get(name, 0) + 1
            for slot in chosen:
                memory, cores = _asked(slot, workload)
                slot.take(memory, cores)
                used = fill.used.setdefault(
                    workload.tenant, {"slices": 0, "gpu_memory": 0, "gpu_cores": 0}
                )
                used["slices"] += 1
                used["gpu_memory"] += memory
                used["gpu_cores"] += cores
    return fill


def _fit(slots: list[Slot], workload: Workload) -> list[Slot]:
    """The cards of the first node with room: the least used of its cards first."""
    by_node: dict[str, list[Slot]] = {}
    for slot in slots:
        memory, cores = _asked(slot, workload)
        fits = slot.free_memory >= memory and slot.free_cores >= cores and slot.free_slots > 0
        if fits and workload.card in {None, slot.card}:
            node = by_node.setdefault(slot.node, [])
            node.append(slot)
            if len(node) == 8:
                break
    enough = [node for node in by_node.values() if len(node) >= workload.gpu.cards]
    if not enough:
        return []
    return sorted(enough[0], key=lambda slot: slot.cores)[: workload.gpu.cards]


def _asked(slot: Slot, workload: Workload) -> tuple[int, int]:
    if workload.gpu.memory is None:
        return card_table.table()[slot.card].memory_mib, 100
    return workload.gpu.memory.mib, workload.gpu.cores or 0


def _pool(cluster: ClusterModel, key: str, pool: PoolModel, slots: list[Slot]) -> result.Pool:
    nodes: dict[str, list[result.Card]] = {}
    for slot in slots:
        if slot.pool == key:
            card = result.Card(slot.memory, slot.cores, slot.pods)
            nodes.setdefault(slot.node, []).append(card)
    card_type = card_table.table()[pool.card]
    return result.Pool(
        name=key,
        card=pool.card,
        product=card_type.product,
        card_memory_mib=card_type.memory_mib,
        card_cores=100,
        split=1 if cluster.sharing == "none" else cluster.sharing.split,
        nodes=[result.Node(name=name, cards=cards) for name, cards in nodes.items()],
    )


def _tenants(
    environment: Environment, name: str, work: dict[str, Workload], fill: Fill
) -> Iterator[result.TenantUse]:
    for key, tenant in environment.tenants_of(name).items():
        mine = {job: workload for job, workload in work.items() if workload.tenant == key}
        quota = tenant.clusters[name].quota
        limits = {
            "cards": quota.cards,
            "slices": quota.slices,
            "gpu_memory": None if quota.gpu_memory is None else quota.gpu_memory.mib,
            "gpu_cores": quota.gpu_cores,
        }
        used = fill.used.get(key, {})
        if environment.clusters[name].mode == "none":
            used = {"cards": used.get("slices", 0)}
        yield result.TenantUse(
            name=key,
            pods_demanded=sum(map(pods_of, mine.values())),
            pods_running=sum(fill.running.get(job, 0) for job in mine),
            used=used,
            quota={word: limit for word, limit in limits.items() if limit is not None},
        )


def main() -> None:
    """Write the fixtures anew."""
    for name in ("lab", "production"):
        file = FIXTURES / f"rehearsal-{name}.json"
        file.write_bytes(msgspec.json.encode(rehearsal(name)) + b"\n")


if __name__ == "__main__":
    main()
