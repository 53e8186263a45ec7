"""Slice of a card for a scheduler that cannot cut cards

Why: HAMi's webhook leaves pods alone that name a scheduler of their own, and those it is told to
    ignore: nothing then cuts the card, and the pod waits for a resource that no node has.
Fix: leave `schedulerName` and the label `hami.io/webhook` out

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      labels: {hami.io/webhook: ignore}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      schedulerName: hami-scheduler
      containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, hami, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

IGNORED = "hami.io/webhook"
DEFAULTS = ("", "default-scheduler", "hami-scheduler")
"""The default scheduler's pods are taken over, unless the chart is told not to."""


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Another scheduler, or out of the webhook's sight."""
    releases = hami.releases(fleet, manifest.cluster)
    own = {values.text(chart.values, "schedulerName") for chart in releases}
    for pod in manifest.pods():
        if not gpus.is_sliced(pod):
            continue
        name = values.text(pod.spec, "schedulerName")
        if name not in {*DEFAULTS, *own}:
            path = (*pod.spec_path, "schedulerName")
            yield Fault(f"asks for a slice, and scheduler {name} cuts no cards", path)
        if pod.labels.get(IGNORED) == "ignore":
            path = (*pod.path, "metadata", "labels", IGNORED)
            yield Fault("asks for a slice, and HAMi is told to ignore it", path)
