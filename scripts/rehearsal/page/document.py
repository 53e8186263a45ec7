"""The page of a rehearsal: one file that loads nothing, for people who were not there.

The words and numbers are in the HTML itself; the script only answers to pointer
and keyboard. The content security policy names the one style and the one script
by their hashes, so nothing that comes with the data can ever run.
"""

from __future__ import annotations

from pathlib import Path
from string import Template

from scripts.rehearsal import words
from scripts.rehearsal.page import (
    clusters,
    course,
    curves,
    findings,
    headline,
    map_section,
    security,
)
from scripts.rehearsal.page.markup import Markup, text
from scripts.rehearsal.result import Rehearsal

_HERE = Path(__file__).parent


def render(rehearsal: Rehearsal) -> str:
    """The whole page."""
    style = _read("map.css") + _read("page.css")
    script = _read("page.js")
    template = Template(_read("template.html"))
    return template.substitute(
        _parts(rehearsal),
        style=style,
        script=script,
        policy=security.policy(style, script, images="data:"),
    )


def _parts(rehearsal: Rehearsal) -> dict[str, Markup]:
    return {
        "environment": text(rehearsal.environment),
        "description": text(rehearsal.description),
        "started": text(words.moment(rehearsal.started)),
        "took": text(words.duration(rehearsal.seconds)),
        "verdict": headline.verdict(rehearsal),
        "claim": headline.claim(rehearsal),
        "rest": headline.rest(rehearsal),
        "faults": headline.faults(rehearsal),
        "tiles": headline.tiles(rehearsal),
        "legend": map_section.legend(rehearsal),
        "map": map_section.fleet(rehearsal),
        "map_tables": map_section.tables(rehearsal),
        "cards": map_section.card_data(rehearsal),
        "curves": curves.curves(rehearsal),
        "overview": clusters.overview(rehearsal),
        "clusters": clusters.clusters(rehearsal),
        "unplaced": findings.unplaced(rehearsal),
        "proofs": findings.proofs(rehearsal),
        "checks": findings.checks(rehearsal),
        "check_details": findings.details(rehearsal),
        "phases": course.phases(rehearsal),
        "fidelity": course.fidelity(rehearsal),
        "versions": text(course.versions(rehearsal)),
    }


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
