"""The first screen: what fits, before and after sharing, and what to change."""

from __future__ import annotations

from scripts.rehearsal.page.markup import Column, Markup, bar, foreign, join, table, tag
from scripts.rehearsal.words import count
from scripts.simulation import words
from scripts.simulation.result import Simulation, Sum


def claim(found: Simulation) -> Markup:
    """The sentence to take away."""
    if found.story is None:
        trials = [words.named_trial(cluster) for cluster in found.clusters]
        placed, asked = sum(t.placed for t in trials), sum(t.asked for t in trials)
        return join(tag("strong", count(placed)), f" of {count(asked, 'pod')} fit.")
    before, after = found.story.before, found.story.after
    return join(
        "Busy cards go from ",
        tag("strong", words.share(before.utilization)),
        " to ",
        tag("strong", words.share(after.utilization)),
        ".",
    )


def rest(found: Simulation) -> Markup:
    """What stands behind the sentence."""
    changes = f"With {', '.join(found.changes)}. " if found.changes else ""
    if found.story is None:
        return join(changes)
    before, after = found.story.before, found.story.after
    return join(
        changes,
        f"The same {count(after.placed, 'pod')} run on {count(after.cards, 'shared card')}; "
        f"with a card for each slice they would need {count(before.cards)}.",
    )


def tiles(found: Simulation) -> Markup:
    """The numbers of the environment as it is."""
    trials = [words.named_trial(cluster) for cluster in found.clusters]
    cards = sum(trial.cards for trial in trials)
    placed, asked = sum(t.placed for t in trials), sum(t.asked for t in trials)
    touched = sum(trial.touched for trial in trials)
    memory = sum(trial.memory * trial.cards for trial in trials)
    cores = sum(trial.cores * trial.cards for trial in trials)
    stranded = sum(sum(trial.stranded.values()) for trial in trials)
    return join(
        _tile("Pods placed", count(placed), f"of {count(asked)} asked for", placed, asked),
        _tile("Cards in use", count(touched), f"of {count(cards)}", touched, cards),
        _tile("Memory held", words.share(memory / max(1, cards)), "of all cards", memory, cards),
        _tile("Cores held", words.share(cores / max(1, cards)), "of all cards", cores, cards),
        _tile("Stranded", f"{stranded:,.0f}", "cards’ worth nobody here can use", stranded, cards),
    )


def story(found: Simulation) -> Markup:
    """Before and after as a table."""
    if found.story is None:
        return Markup()
    rows = [
        ("A card for each slice, as many as that takes", found.story.before),
        ("A card for each slice, on these cards", found.story.before_here),
        ("Shared, on these cards", found.story.after),
        ("Shared, on no more cards than it takes", found.story.after_needed),
    ]
    priced = found.currency is not None
    heads: list[str | Column] = [
        "",
        Column(title="pods", numeric=True),
        Column(title="cards", numeric=True),
        "busy",
    ]
    if priced:
        heads.append(Column(title=f"{found.currency} an hour", numeric=True))
    return table(
        "Before and after",
        heads,
        (
            [
                title,
                f"{count(each.placed)} of {count(each.asked)}",
                count(each.cards),
                _share(each),
                *([_cost(each)] if priced else []),
            ]
            for title, each in rows
        ),
        class_="self-evident",
    )


def advice(found: Simulation) -> Markup:
    """What to change, with the lines to paste."""
    return tag(
        "ul",
        (
            tag("li", tag("strong", foreign(each.cluster)), ": ", each.why, tag("pre", each.yaml))
            for each in found.advice
        ),
        class_="advice",
    )


def _share(found: Sum) -> Markup:
    return tag("span", words.share(found.utilization), bar(found.utilization), class_="share")


def _cost(found: Sum) -> str:
    return "–" if found.cost_hour is None else f"{found.cost_hour:,.0f}"


def _tile(title: str, number: str, note: str, part: float, whole: float) -> Markup:
    return tag(
        "div",
        tag("dt", title),
        tag("dd", tag("b", number), tag("span", note), bar(part / whole if whole else 0)),
        class_="tile",
    )
