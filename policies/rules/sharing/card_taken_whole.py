"""Pod that takes a whole card where cards are cut

Why: with HAMi, `nvidia.com/gpu` without a word of memory is all of a card and all of its cores. A
    small service that only meant to have a GPU keeps ten others off it.
Fix: add `nvidia.com/gpumem` (MiB) and `nvidia.com/gpucores`, or write
    `nvidia.com/gpumem-percentage: 100` where a whole card is meant

Bad (manifest):
    # cluster: infer
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    # cluster: infer
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1, nvidia.com/gpumem: 4096}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Hami
from policies import gpus, hami, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.LOW, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """One card alone, in a cluster that is known to have HAMi."""
    if not _has_hami(manifest, fleet):
        return
    for pod in manifest.pods():
        for path, container in gpus.asking(pod):
            limits = gpus.limits(container)
            # More than one is the business of `whole-cards-on-vgpu-cluster`.
            if not gpus.SLICING & limits.keys() and gpus.count(container) == 1:
                said = "takes a whole card of a cluster that cuts cards"
                yield Fault(said, (*path, "resources", "limits", gpus.GPU))


def _has_hami(manifest: Manifest, fleet: Fleet) -> bool:
    cluster = whereabouts.cluster(manifest, fleet)
    if cluster is not None:
        return isinstance(cluster.sharing, Hami)
    return bool(manifest.cluster and hami.releases(fleet, manifest.cluster))
