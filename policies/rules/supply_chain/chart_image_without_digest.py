"""Image of a chart without a digest

Why: a tag can be pushed again; with a digest the machine runs what was tested or nothing.
Fix: add the digest: `tag: 1.2.3@sha256:...`, or the chart's own key for it.

Bad (terraform):
    {"resource": {"helm_release": {"dcgm": {"chart": "dcgm-exporter", "version": "4.1.0",
      "values": ["{image: {repository: nvidia/dcgm-exporter, tag: 4.2.3}}"]}}}}
Good (terraform):
    {"resource": {"helm_release": {"dcgm": {"chart": "dcgm-exporter", "version": "4.1.0",
      "values": ["{image: {repository: nvidia/dcgm-exporter, tag: '4.2.3@sha256:0a1b2c3d'}}"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.images import MOVING, images
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.INFO, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A tag that stands still, and no digest; those that move have a rule of their own."""
    for image in images(chart.values, ("values",)):
        stands = image.tag and image.tag.lower() not in MOVING
        if stands and image.known and not image.digest:
            yield Fault(f"{image.name} is known by its tag {image.tag} only", image.path)
