"""Clusters: every card as a square, and what each policy makes of the same demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scripts.rehearsal.page.fleet_map import CELL, PITCH, level
from scripts.rehearsal.page.markup import Column, Markup, bar, foreign, join, table, tag
from scripts.rehearsal.words import count
from scripts.simulation import words
from scripts.simulation.result import Cluster, Simulation, Trial

_LINE = 8
"""Cards of a node above one another before a second line begins."""


def maps(found: Simulation) -> Markup:
    """All clusters' cards under the policies that the environment names."""
    return tag("div", (_map(cluster) for cluster in found.clusters), class_="map")


def tables(found: Simulation) -> Markup:
    """A table of policies for each cluster, and what waits."""
    return join(*(_cluster(cluster) for cluster in found.clusters))


def _map(cluster: Cluster) -> Markup:
    trial = words.named_trial(cluster)
    pools, start = [], 0
    for pool in cluster.pools:
        nodes = cluster.shares[start : start + pool.nodes]
        start += pool.nodes
        told = f"{pool.name}: {pool.nodes} × {pool.cards_per_node} {pool.card}"
        head = tag("p", foreign(told), class_="map-pool")
        pools.append(tag("div", head, tag("div", map(_node, nodes), class_="nodes"), class_="pool"))
    held = f"{count(trial.touched)} of {count(trial.cards, 'card')} in use, {trial.title}"
    head = tag("div", tag("strong", foreign(cluster.name)), tag("span", held), class_="map-head")
    return tag("div", head, tag("div", pools, class_="pools"))


def _node(cards: Sequence[float]) -> Markup:
    lines = max(1, -(-len(cards) // _LINE))
    width, height = lines * PITCH - 2, min(len(cards), _LINE) * PITCH - 2
    return tag(
        "svg",
        (_card(index, share) for index, share in enumerate(cards)),
        class_="node",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=", ".join(words.share(share) for share in cards),
    )


def _card(index: int, share: float) -> Markup:
    line, along = divmod(index, _LINE)
    x, y = line * PITCH, along * PITCH
    filled = round(max(1.0, min(1.0, share) * CELL), 1) if share else 0
    path = f"M{x} {y}h{CELL}v{CELL}h-{CELL}z"
    free = tag("path", class_="c l0", d=path)
    if not filled:
        return free
    part = f"M{x} {y + CELL - filled:g}h{CELL}v{filled:g}h-{CELL}z"
    return join(free, tag("path", class_=f"l{level(share)}", d=part))


def _cluster(cluster: Cluster) -> Markup:
    needed = any(trial.cards_needed is not None for trial in cluster.trials)
    heads: list[str | Column] = [
        "policy",
        Column(title="placed", numeric=True),
        "cards in use",
        "memory held",
        "cores held",
        "busy",
        Column(title="stranded, cards’ worth", numeric=True),
        "most of it by",
        *([Column(title="cards needed", numeric=True)] if needed else []),
    ]
    rows = (list(_row(trial, cluster, needed=needed)) for trial in cluster.trials)
    waiting = words.named_trial(cluster).waiting
    return tag(
        "div",
        tag("h3", foreign(cluster.name)),
        table("Policies", heads, rows, class_="self-evident"),
        tag(
            "ul",
            (
                tag("li", foreign(each.workload), f": {count(each.pods, 'pod')} – {each.reason}")
                for each in waiting
            ),
            class_="waiting",
        )
        if waiting
        else None,
        class_="cluster",
    )


def _row(trial: Trial, cluster: Cluster, *, needed: bool) -> Iterator[Markup | str]:
    yield tag("b", trial.title, " ✓") if trial.policy == cluster.policy else trial.title
    yield f"{count(trial.placed)} of {count(trial.asked)}"
    yield _bar(trial.touched / max(1, trial.cards), count(trial.touched))
    yield _bar(trial.memory)
    yield _bar(trial.cores)
    yield _bar(trial.busy)
    yield f"{sum(trial.stranded.values()):,.1f}"
    cause = max(trial.stranded, key=lambda name: trial.stranded[name], default="")
    yield words.CAUSES.get(cause, cause)
    if needed:
        yield "–" if trial.cards_needed is None else count(trial.cards_needed)


def _bar(share: float, label: str = "") -> Markup:
    return tag("span", label or words.share(share), bar(share), class_="share")
