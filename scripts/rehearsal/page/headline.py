"""The first screen: did it pass, how much runs on how many cards, what did not fit."""

from __future__ import annotations

from scripts.rehearsal import figures, words
from scripts.rehearsal.page.markup import Markup, bar, join, tag
from scripts.rehearsal.result import Rehearsal

_SHOWN = 8


def verdict(rehearsal: Rehearsal) -> Markup:
    """Passed or not: in a word, a sign and a colour."""
    passed = rehearsal.verdict == "pass"
    word = "Passed" if passed else "Not passed"
    return tag("p", sign("pass" if passed else "fail"), word, class_=f"verdict {rehearsal.verdict}")


def claim(rehearsal: Rehearsal) -> Markup:
    """How many pods run on how many cards."""
    held = figures.fleet_allocation(rehearsal)
    pods = words.count(figures.running(rehearsal), "pod")
    verb = "runs" if figures.running(rehearsal) == 1 else "run"
    return join(
        tag("strong", pods),
        f" {verb} on ",
        tag("strong", words.count(held.touched)),
        f" of {words.count(held.cards, 'card')}.",
    )


def rest(rehearsal: Rehearsal) -> Markup:
    """What does not run."""
    known = figures.unplaced_pods(rehearsal, explained=True)
    unknown = figures.unplaced_pods(rehearsal, explained=False)
    if not known and not unknown:
        return join("Nothing that was asked for is missing.")
    why = "for a known reason" if known == 1 else "each for a known reason"
    parts = [f"{words.count(known, 'pod')} did not fit, {why}"] if known else []
    if unknown:
        parts.append(f"{words.count(unknown, 'pod')} missing for no known reason")
    return join("; ".join(parts), ". ", tag("a", "What and why", href="#unplaced"), ".")


def faults(rehearsal: Rehearsal) -> Markup:
    """Why it did not pass; nothing where it did."""
    found = figures.failures(rehearsal)
    if rehearsal.verdict == "pass" and not found:
        return Markup()
    more = len(found) - _SHOWN
    return tag(
        "ul",
        (tag("li", sign("fail"), tag("span", fault)) for fault in found[:_SHOWN]),
        tag("li", f"and {words.count(more)} more, below") if more > 0 else None,
        class_="faults",
    )


def tiles(rehearsal: Rehearsal) -> Markup:
    """The numbers to take away."""
    held = figures.fleet_allocation(rehearsal)
    running, demanded = figures.running(rehearsal), figures.demanded(rehearsal)
    memory = f"{words.mebibytes(held.memory)} of {words.mebibytes(held.memory_total)}"
    cores = (
        f"{words.count(held.cores // 100)} of {words.count(held.cores_total // 100)} cards’ worth"
    )
    return join(
        _tile(
            "Pods running",
            words.count(running),
            f"of {words.count(demanded)} demanded",
            running,
            demanded,
        ),
        _tile(
            "Cards with pods",
            words.count(held.touched),
            f"of {words.count(held.cards)} on {words.count(figures.nodes(rehearsal), 'node')}",
            held.touched,
            held.cards,
        ),
        _tile(
            "Memory allocated",
            words.percent(held.memory, held.memory_total),
            memory,
            held.memory,
            held.memory_total,
        ),
        _tile(
            "Cores allocated",
            words.percent(held.cores, held.cores_total),
            cores,
            held.cores,
            held.cores_total,
        ),
        _tile(
            "Brought up",
            f"{words.rate(rehearsal.throughput.per_second)} pods/s",
            f"{words.duration(rehearsal.throughput.seconds)} for all of them",
        ),
    )


def sign(status: str) -> Markup:
    """A check mark, a cross or a question mark, with its word for those who hear the page."""
    mark, word = {"pass": ("✓", "passed"), "fail": ("✕", "failed")}.get(status, ("?", "unknown"))
    return tag("span", mark, class_=f"sign {status}", role="img", aria_label=word)


def _tile(title: str, number: str, note: str, part: int | None = None, whole: int = 0) -> Markup:
    share = part / whole if part is not None and whole else None
    return tag(
        "div",
        tag("dt", title),
        tag("dd", tag("b", number), tag("span", note), bar(share) if share is not None else None),
        class_="tile",
    )
