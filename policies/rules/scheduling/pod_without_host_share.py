"""Pods with cards that ask for no processor and no memory

Why: without requests they share what others leave: data loading starves while the card waits, and
    when the machine's memory runs short they are killed first.
Fix: request `cpu` and `memory`, an even share of the machine for each card

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers:
        - name: main
          resources:
            requests: {cpu: 96, memory: 1Ti}
            limits: {nvidia.com/gpu: 8}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.LOW, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Neither, of a container with cards, where no LimitRange gives them."""
    if whereabouts.cluster(manifest, fleet) is not None:
        return  # Each tenant's containers get defaults there.
    for pod in manifest.pods():
        for path, container in gpus.asking(pod):
            requests = values.mapping(container, "resources", "requests")
            asked = requests.keys() | gpus.limits(container).keys()
            if not asked & {"cpu", "memory"} and not _defaults(manifest, fleet):
                yield Fault("asks for no processor and no memory", (*path, "resources"))


def _defaults(manifest: Manifest, fleet: Fleet) -> bool:
    ranges = fleet.manifests("LimitRange", cluster=manifest.cluster)
    return any(found.namespace == manifest.namespace for found in ranges)
