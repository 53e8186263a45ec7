"""Whether some pool of a cluster could hold one pod of a workload, were it empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from environments import cards, catalogue, offer
from environments.demand import Workload
from environments.faults import Fault, Path
from environments.model import Cluster, Pool
from environments.phrases import known_or_meant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One amount that one pod asks for, and what a pool has of it for one pod."""

    path: Path
    rule: str
    amount: int
    has: Callable[[Pool], int]
    message: Callable[[int], str]


def faults(cluster: Cluster, work: Workload, at: Path) -> Iterator[Fault]:
    """Some pool must hold all that one pod asks for."""
    if any(pool.card not in cards.table() for pool in cluster.pools.values()):
        return  # That card is a fault of its own; nobody knows what it holds.
    if any(catalogue.known_machine(cluster, pool) is None for pool in cluster.pools.values()):
        return  # So is a machine that nobody knows.
    pools = [pool for pool in cluster.pools.values() if work.card in (None, pool.card)]
    here: Path = ("clusters", work.cluster)
    needs: tuple[Path, ...] = ((*here, "pools"), (*here, "sharing"))
    if not pools:
        known = dict.fromkeys(pool.card for pool in cluster.pools.values())
        hint = known_or_meant(str(work.card), known)
        message = f"no pool of {work.cluster} has {work.card}{hint}"
        yield Fault((*at, "card"), "unknown-card", message, needs=needs)
        return
    asks = list(_asks(cluster, work, at))
    over = [ask for ask in asks if ask.amount > max(ask.has(pool) for pool in pools)]
    for ask in over:
        message = ask.message(max(ask.has(pool) for pool in pools))
        yield Fault(ask.path, ask.rule, message, needs=needs)
    if not over and not any(all(ask.amount <= ask.has(pool) for ask in asks) for pool in pools):
        message = f"no pool of {work.cluster} has all that one pod asks for; each alone would fit"
        needs = (*needs, (*at, "host"), (*at, "card"))
        yield Fault((*at, "gpu"), "fits-no-pool", message, needs=needs)


def _asks(cluster: Cluster, work: Workload, at: Path) -> Iterator[_Ask]:
    gpu, host = work.gpu, work.host
    yield _Ask(
        path=(*at, "gpu", "cards"),
        rule="too-many-cards",
        amount=gpu.cards,
        has=lambda pool: pool.cards_per_node,
        message=lambda most: f"a node there has {most} cards; got {gpu.cards}; use more pods",
    )
    if gpu.memory is not None:
        given = f"{gpu.memory} is {gpu.memory.mib} MiB"
        yield _Ask(
            path=(*at, "gpu", "memory"),
            rule="slice-over-card",
            amount=gpu.memory.mib,
            has=lambda pool: offer.card_memory_mib(cluster, pool),
            message=lambda most: f"{given}, the largest card there has {most} MiB",
        )
    yield _Ask(
        path=(*at, "host", "cpu"),
        rule="pod-over-machine",
        amount=host.cpu.millicores,
        has=lambda pool: catalogue.machine(cluster, pool).cpu.millicores,
        message=lambda most: f"the largest machine there has {most}m; got {host.cpu}",
    )
    yield _Ask(
        path=(*at, "host", "memory"),
        rule="pod-over-machine",
        amount=host.memory.mib,
        has=lambda pool: catalogue.machine(cluster, pool).memory.mib,
        message=lambda most: f"the largest machine there has {most}Mi; got {host.memory}",
    )
