"""A part of a card, where only whole numbers count

Why: `nvidia.com/gpu` is a number of cards; the API server refuses `0.5` and anything that is no
    whole number.
Fix: ask for a slice: `nvidia.com/gpumem` and `nvidia.com/gpucores` on a vGPU cluster

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 0.5}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers:
        - {name: main, resources: {limits: {nvidia.com/gpumem: 8192, nvidia.com/gpucores: 50}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """No whole number of cards, or less than none."""
    for pod in manifest.pods():
        if whereabouts.cuts_cards(pod, manifest, fleet):
            continue  # `gpu-memory-in-wrong-unit` reads all amounts of such a pod.
        for at, container in gpus.asking(pod):
            if gpus.GPU not in gpus.limits(container):
                continue
            given = gpus.limits(container)[gpus.GPU]
            path = (*at, "resources", "limits", gpus.GPU)
            count = gpus.amount(given)
            if given is None or (isinstance(given, str) and "$" in given):
                said = f"asks for {given or 'an unsaid number of'} cards; fill it in to be judged"
                yield Fault(said, path, "unknown")
            elif count is None or count < 0:
                yield Fault(f"asks for {str(given)[:40]} cards, which is no whole number", path)
