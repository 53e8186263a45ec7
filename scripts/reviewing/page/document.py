"""The page of a review: one file that loads nothing, for changes too many for a comment.

The words are in the HTML; the script only filters, searches and folds. It wears the
clothes of the rehearsal's page. A policy names its one style and its one script by
their hashes, so nothing that comes with a plan can ever run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

from policies.review.review import Review
from scripts.rehearsal.page import security
from scripts.rehearsal.page.markup import Markup, join, tag, text
from scripts.rehearsal.words import plain
from scripts.reviewing import words
from scripts.reviewing.markdown import Extras
from scripts.reviewing.page import changes, headline, rest

_HERE = Path(__file__).parent
_CLOTHES = _HERE.parent.parent / "rehearsal" / "page"


def render(review: Review, extras: Extras) -> str:
    """The whole page."""
    style = "".join(
        file.read_text(encoding="utf-8")
        for file in (_CLOTHES / "map.css", _CLOTHES / "page.css", _HERE / "page.css")
    )
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    sections = tuple(_sections(review, extras))
    return Template((_HERE / "template.html").read_text(encoding="utf-8")).substitute(
        environment=text(review.environment or "plans"),
        when=text(max((stack.planned for stack in review.stacks), default="")),
        verdict=headline.verdict(review),
        claim=headline.claim(review),
        rest=headline.rest(review),
        tiles=headline.tiles(review, extras),
        links=join(*(tag("a", title, href=f"#{name}") for name, title, _, _ in sections)),
        sections=join(*(_section(*section) for section in sections)),
        footer=join(
            f"plan {review.hash}", f" · commit {plain(extras.head)}" if extras.head else ""
        ),
        style=style,
        script=script,
        policy=security.policy(style, script),
    )


def _sections(review: Review, extras: Extras) -> Iterator[tuple[str, str, str, Markup]]:
    if review.dangers:
        lead = "What an apply would take away, why, and what the provider would really do."
        yield "danger", "Danger", lead, headline.dangers(review)
    yield "stacks", "Stacks", "A plan for each.", headline.stacks(review)
    if extras.capacity is not None:
        yield (
            "cards",
            "Cards",
            "By type and cluster, before and after.",
            rest.cards(extras.capacity),
        )
    if any(stack.groups for stack in review.changes):
        lead = (
            f"{words.counted(sum(review.counts.values()), 'change')}; the same change is told once."
        )
        yield "changes", "Changes", lead, changes.changes(review)
    for name, title, lead, body in rest.sections(review, extras):
        yield name, title, lead, body


def _section(name: str, title: str, lead: str, body: Markup) -> Markup:
    return tag("section", tag("h2", title), tag("p", lead, class_="lead"), body, id=name)
