"""The page of a simulation: one file that loads nothing and runs nothing.

It wears the clothes of the rehearsal's page, so that the two can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

from scripts.rehearsal.page import security
from scripts.rehearsal.page.markup import Markup, join, tag, text
from scripts.rehearsal.words import duration
from scripts.simulation.page import clusters, course, headline
from scripts.simulation.result import Simulation

_HERE = Path(__file__).parent
_CLOTHES = _HERE.parent.parent / "rehearsal" / "page"


def render(found: Simulation) -> str:
    """The whole page."""
    style = "".join(
        file.read_text(encoding="utf-8")
        for file in (_CLOTHES / "map.css", _CLOTHES / "page.css", _HERE / "page.css")
    )
    sections = tuple(_sections(found))
    template = Template((_HERE / "template.html").read_text(encoding="utf-8"))
    return template.substitute(
        environment=text(found.environment),
        description=text(found.description),
        took=text(duration(found.seconds)),
        claim=headline.claim(found),
        rest=headline.rest(found),
        tiles=headline.tiles(found),
        links=join(*(tag("a", title, href=f"#{name}") for name, title, _, _ in sections)),
        sections=join(*(_section(*section) for section in sections)),
        style=style,
        policy=security.policy(style),
    )


def _sections(found: Simulation) -> Iterator[tuple[str, str, str, Markup]]:
    if found.story is not None:
        lead = (
            "The same pods, each slice on a card of its own, and sharing as the environment says."
        )
        yield "story", "Before and after", lead, headline.story(found)
    lead = "Each square is a card, filled by what is held of its scarcest resource."
    yield "cards", "Every card", lead, clusters.maps(found)
    lead = "The demand placed by each policy on the same cards. The environment's own stands first."
    yield "policies", "Policies side by side", lead, clusters.tables(found)
    if found.day is not None:
        lead = "Services come and go by their rhythm; the second of two equal days is shown."
        yield "day", "A day", lead, course.day(found.day)
    if found.advice:
        yield "advice", "Advice", "Lines for the environment file.", headline.advice(found)
    lead = "What these numbers rest on."
    yield "assumed", "Assumed", lead, tag("ul", (tag("li", each) for each in found.assumptions))


def _section(name: str, title: str, lead: str, body: Markup) -> Markup:
    return tag("section", tag("h2", title), tag("p", lead, class_="lead"), body, id=name)
