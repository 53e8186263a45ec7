"""Image of a chart whose tag moves

Why: `latest` is another image on each machine that pulls it; a device plugin or a scheduler
    then differs from node to node, and a restart is an upgrade.
Fix: write the version's tag, better with its digest.

Bad (terraform):
    {"resource": {"helm_release": {"dcgm": {"chart": "dcgm-exporter", "version": "4.1.0",
      "values": ["{image: {repository: nvidia/dcgm-exporter, tag: latest}}"]}}}}
Good (terraform):
    {"resource": {"helm_release": {"dcgm": {"chart": "dcgm-exporter", "version": "4.1.0",
      "values": ["{image: {repository: nvidia/dcgm-exporter, tag: 4.2.3-4.1.1}}"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.images import MOVING, images
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.HIGH, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A tag that is known to move, or a whole reference without one."""
    for image in images(chart.values, ("values",)):
        if image.digest:
            continue
        if image.tag.lower() in MOVING:
            yield Fault(f"{image.name}: {image.tag} is another image tomorrow", image.path)
        elif image.whole and not image.tag:
            yield Fault(f"{image.name} has no tag, which means latest", image.path)
