"""Which change of the environment file would place more, or need fewer cards?

Only what the environment can say is advised: HAMi's two policies. That another way of
placing would do better is told beside the numbers, not advised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scripts.simulation import words
from scripts.simulation.result import Advice, Cluster, Trial

WORTH = 0.02
"""A change must save this share of the cards in use, or place more pods."""


def advice(clusters: Iterable[Cluster]) -> Iterator[Advice]:
    """What to change in each cluster that cuts cards; nothing where nothing is gained."""
    for cluster in clusters:
        if cluster.mode != "hami":
            continue
        now = words.named_trial(cluster)
        best = min((t for t in cluster.trials if t.policy.startswith("hami-")), key=_worth)
        gained = best.placed - now.placed
        saved = _cards(now) - _cards(best)
        if gained <= 0 and saved < max(1, WORTH * now.cards):
            continue
        node, card = best.policy.removeprefix("hami-").split("-")
        yield Advice(
            cluster=cluster.name,
            why=_why(now, best),
            yaml=f"sharing: {{node_policy: {node}, card_policy: {card}}}",
        )


def _worth(trial: Trial) -> tuple[int, int]:
    """Most placed first, then fewest cards; the order of the trials settles the rest."""
    return (-trial.placed, _cards(trial))


def _cards(trial: Trial) -> int:
    return trial.touched if trial.cards_needed is None else trial.cards_needed


def _why(now: Trial, best: Trial) -> str:
    parts = []
    if best.placed > now.placed:
        parts.append(f"{best.placed - now.placed:,} more pods fit")
    if _cards(best) < _cards(now):
        kind = "in use" if best.cards_needed is None else "needed"
        parts.append(f"{_cards(best):,} cards {kind} in place of {_cards(now):,}")
    return f"with {best.title}, {' and '.join(parts)}"
