"""HAMi kube-scheduler in the version that the cluster has when it is rendered

Why: without a tag the chart takes the API server's own patch version, which for managed clusters
    often has no image; after an upgrade of the control plane it stays behind.
Fix: set `scheduler.kubeScheduler.image.tag` to a released version of the cluster's minor version

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.9.0"}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.9.0", "values": [
      "scheduler: {kubeScheduler: {image: {tag: v1.34.4}}}"
    ]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_false

IMAGE = ("scheduler", "kubeScheduler", "image", "tag")


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """No tag, of a scheduler that is on."""
    off = is_false(hami.value(chart, "scheduler", "kubeScheduler", "enabled"))
    if not off and not chart.get(*IMAGE):
        said = "kube-scheduler gets the version of the moment"
        yield Fault(said, ("values", *IMAGE), hami.verdict(chart))
