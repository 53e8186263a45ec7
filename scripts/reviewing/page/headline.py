"""The first screens: the verdict, what is taken away, and a line for each stack."""

from __future__ import annotations

from policies.review.dangers import Danger
from policies.review.review import Review
from scripts.rehearsal.page.markup import Markup, foreign, join, table, tag
from scripts.reviewing import words
from scripts.reviewing.markdown import Extras

MOST = 2_000
"""Dangers told one by one."""


def verdict(review: Review) -> Markup:
    """In a word."""
    said = {"danger": "Takes away", "high": "Findings", "low": "Changes", "none": "No changes"}
    word = said[review.risk] if review.approvable else "Not approvable"
    state = review.risk if review.approvable else "danger"
    return tag("p", word, class_=f"verdict {state}")


def claim(review: Review) -> Markup:
    """The sentence to take away."""
    return join("This ", tag("strong", words.verdict(review)), ".")


def rest(review: Review) -> Markup:
    """What all of it comes to in numbers."""
    return join(f"{words.counts(review.counts)} in {words.counted(len(review.stacks), 'stack')}.")


def tiles(review: Review, extras: Extras) -> Markup:
    """The numbers."""
    counts = review.counts
    gone = counts["delete"] + counts["replace"] + counts["forget"] + counts["unknown"]
    machines = sum(danger.machines or 0 for danger in review.dangers)
    found = [finding for finding in extras.findings if finding.waiver is None]
    return join(
        _tile("Taken away", gone, "delete, replace, forget"),
        _tile("Machines", machines, "that would go"),
        _tile("Changed", counts["update"] + counts["move"], "in place"),
        _tile("New", counts["create"] + counts["import"], "made or imported"),
        _tile("Findings", len(found), f"{len(extras.findings) - len(found)} more are waived"),
    )


def dangers(review: Review) -> Markup:
    """Each danger on a card of its own."""
    shown = review.dangers[:MOST]
    more = len(review.dangers) - len(shown)
    return join(
        tag("div", map(_danger, shown), class_="dangers"),
        tag("p", f"and {words.counted(more, 'more')}, in the JSON", class_="lead")
        if more
        else None,
    )


def stacks(review: Review) -> Markup:
    """A row for each plan."""
    heads = ["stack", "changes", "terraform", "plan", ""]
    rows = (
        [
            foreign(stack.name),
            words.counts(stack.counts),
            foreign(stack.terraform_version),
            tag("code", stack.hash[:12]),
            "; ".join([*([] if stack.approvable else ["not approvable"]), *stack.remarks]),
        ]
        for stack in review.stacks
    )
    return table("Stacks", heads, rows, class_="self-evident")


def _danger(danger: Danger) -> Markup:
    return tag(
        "div",
        tag(
            "h3",
            tag("span", danger.what, class_=f"act {danger.what}"),
            tag("span", words.SUBJECTS[danger.subject]),
            tag("code", foreign(danger.address)),
        ),
        tag("p", danger.then) if danger.then else None,
        tag(
            "p",
            " · ".join(part for part in (words.forced(danger), danger.guard, danger.stack) if part),
            class_="facts",
        ),
        class_="danger",
    )


def _tile(title: str, number: int, note: str) -> Markup:
    return tag(
        "div",
        tag("dt", title),
        tag("dd", tag("b", f"{number:,}"), tag("span", note)),
        class_="tile",
    )
