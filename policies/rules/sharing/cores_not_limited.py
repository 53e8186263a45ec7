"""Slice of a card without a share of its cores

Why: HAMi limits the cores of no pod that does not ask for a share of them: one busy service slows
    all others on its card, and cards fill up by memory alone.
Fix: add `nvidia.com/gpucores` (hundredths of a card)

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers:
        - {name: main, resources: {limits: {nvidia.com/gpumem: 2048, nvidia.com/gpucores: 10}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.LOW, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Memory of a card, and no cores, or 0 of them."""
    for pod in manifest.pods():
        if not whereabouts.cuts_cards(pod, manifest, fleet):
            continue
        for path, container in gpus.slicing(pod):
            limits = gpus.limits(container)
            if not limits.keys() & {gpus.MEMORY, gpus.PERCENTAGE}:
                continue
            if gpus.CORES not in limits or gpus.amount(limits[gpus.CORES]) == 0:
                yield Fault(
                    "takes a part of a card's memory and any share of its cores",
                    (*path, "resources", "limits"),
                )
