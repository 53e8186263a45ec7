"""The numbers that every report of a rehearsal leads with, computed once.

`result` holds what was found; here is what it adds up to: what is allocated,
what does not run, and each reason not to call the rehearsal passed. *Allocated*
is what pods were given; nothing here says how busy they keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.rehearsal.result import Card, Cluster, Pool, Rehearsal, Unplaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """What is handed out of some cards. Memory is MiB; cores are hundredths of a card."""

    cards: int
    touched: int
    """Cards that at least one pod holds some of."""
    memory: int
    memory_total: int
    cores: int
    cores_total: int


def allocation(pools: Iterable[Pool]) -> Allocation:
    """What is handed out of the pools' cards, together."""
    pairs = [(pool, card) for pool in pools for node in pool.nodes for card in node.cards]
    return Allocation(
        cards=len(pairs),
        touched=sum(is_touched(card) for _, card in pairs),
        memory=sum(card.memory_mib for _, card in pairs),
        memory_total=sum(pool.card_memory_mib for pool, _ in pairs),
        cores=sum(card.cores for _, card in pairs),
        cores_total=sum(pool.card_cores for pool, _ in pairs),
    )


def fleet_allocation(rehearsal: Rehearsal) -> Allocation:
    """What is handed out of the whole fleet."""
    return allocation(pool for cluster in rehearsal.clusters for pool in cluster.pools)


def is_touched(card: Card) -> bool:
    """Whether a pod holds any of the card."""
    return card.pods > 0 or card.memory_mib > 0 or card.cores > 0


def is_whole(cluster: Cluster, pool: Pool, card: Card) -> bool:
    """Whether one pod holds the card entire: always on GPU clusters, by amount on others."""
    if cluster.mode == "none":
        return is_touched(card)
    return card.pods == 1 and card.memory_mib >= pool.card_memory_mib


def demanded(rehearsal: Rehearsal) -> int:
    """Pods that should run."""
    return sum(cluster.pods_demanded for cluster in rehearsal.clusters)


def running(rehearsal: Rehearsal) -> int:
    """Pods that do run."""
    return sum(cluster.pods_running for cluster in rehearsal.clusters)


def nodes(rehearsal: Rehearsal) -> int:
    """Nodes of the fleet."""
    return sum(cluster.nodes for cluster in rehearsal.clusters)


def unplaced(rehearsal: Rehearsal) -> Iterator[tuple[Cluster, Unplaced]]:
    """What does not run, with its cluster."""
    for cluster in rehearsal.clusters:
        for entry in cluster.unplaced:
            yield cluster, entry


def unplaced_pods(rehearsal: Rehearsal, *, explained: bool) -> int:
    """Pods that do not run for a known reason, or for none."""
    return sum(entry.pods for _, entry in unplaced(rehearsal) if entry.explained is explained)


def failures(rehearsal: Rehearsal) -> list[str]:
    """Each reason not to call the rehearsal passed, as a sentence without its full stop."""
    lint = rehearsal.lint.findings[: rehearsal.lint.failing] if rehearsal.lint else []
    return [
        *(f"lint: {finding}" for finding in lint),
        *(sentence for cluster in rehearsal.clusters for sentence in _failures_of(cluster)),
    ]


def _failures_of(cluster: Cluster) -> Iterator[str]:
    failed = [check for check in cluster.checks if check.status == "fail"]
    # A check that names a policy or a workload has said what is wrong with it.
    told = " ".join(check.detail for check in failed)
    for check in failed:
        yield f"{cluster.name}: {check.title}: {check.detail}"
    for proof in cluster.proofs:
        if not proof.holds and proof.policy not in told:
            did = (
                "let pass what it must refuse" if proof.passed else "refused what it must let pass"
            )
            yield f"{cluster.name}: policy {proof.policy} {did}"
    for entry in cluster.unplaced:
        if not entry.explained and entry.workload not in told:
            pods = f"{entry.pods} × " if entry.pods else ""
            yield f"{cluster.name}: {pods}{entry.workload}: {entry.message}"
    for layer in cluster.layers:
        if layer.second_plan == "changes":
            yield f"{cluster.name}: a second plan of {layer.stack} is not empty"
