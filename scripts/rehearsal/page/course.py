"""How the run went: where the time was spent, and what was real."""

from __future__ import annotations

from scripts.rehearsal import words
from scripts.rehearsal.page.markup import Markup, join, tag
from scripts.rehearsal.result import Phase, Rehearsal


def phases(rehearsal: Rehearsal) -> Markup:
    """Phases as they followed each other, on one axis of time."""
    total = max(rehearsal.seconds, sum(phase.seconds for phase in rehearsal.phases)) or 1.0
    begin, rows = 0.0, []
    for phase in rehearsal.phases:
        rows.append(_phase(phase, begin, total))
        begin += phase.seconds
    return tag("ol", rows, class_="phases")


def fidelity(rehearsal: Rehearsal) -> Markup:
    """What was real in this run, what stood in for something, and what was not there."""
    found = rehearsal.fidelity
    return tag(
        "div",
        _list("Real", found.real),
        _list("Simulated", found.simulated),
        _list("Left out", found.left_out),
        class_="fidelity",
    )


def versions(rehearsal: Rehearsal) -> str:
    """What the run was made with, in a line."""
    scheduler = {
        "stock": "kube-scheduler cut the cards, by dynamic resource allocation",
        "hami": "HAMi’s own scheduler extender cut the cards",
    }.get(rehearsal.fidelity.scheduler, rehearsal.fidelity.scheduler)
    tools = ", ".join(f"{name} {version}" for name, version in rehearsal.versions.items())
    memory = words.mebibytes(rehearsal.peak_memory_mib)
    return (
        f"Kubernetes {rehearsal.fidelity.kubernetes}; {scheduler}. {tools}. Peak memory {memory}."
    )


def _phase(phase: Phase, begin: float, total: float) -> Markup:
    start, width = 100 * begin / total, 100 * phase.seconds / total
    lane = tag(
        "svg",
        tag(
            "rect", class_="span", x=f"{start:.2f}%", width=f"{max(width, 0.3):.2f}%", height="100%"
        ),
        aria_hidden="true",
    )
    return tag(
        "li",
        tag("span", phase.title, tag("small", phase.note) if phase.note else None, class_="what"),
        lane,
        tag(
            "span",
            join(words.duration(phase.seconds), tag("small", words.percent(phase.seconds, total))),
            class_="long",
        ),
    )


def _list(title: str, entries: list[str]) -> Markup:
    body = tag("ul", (tag("li", entry) for entry in entries)) if entries else tag("p", "Nothing.")
    return tag("div", tag("h3", title), body)
