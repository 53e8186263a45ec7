"""Quota of cards under a key that nobody counts

Why: the API server counts extended resources as `requests.` only, and HAMi reads `limits.` of
    memory and cores only: `limits.nvidia.com/gpu` limits nothing, and
    `requests.nvidia.com/gpumem` is not multiplied by the cards of a pod (measured).
Fix: write `requests.nvidia.com/gpu`, `limits.nvidia.com/gpumem` and `limits.nvidia.com/gpucores`

Bad (manifest):
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: gpu}
    spec: {hard: {limits.nvidia.com/gpu: 4}}
Good (manifest):
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: gpu}
    spec: {hard: {requests.nvidia.com/gpu: 4}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

INSTEAD = {
    "limits.nvidia.com/gpu": "requests.nvidia.com/gpu",
    "nvidia.com/gpu": "requests.nvidia.com/gpu",
    "nvidia.com/gpumem": "limits.nvidia.com/gpumem",
    "nvidia.com/gpucores": "limits.nvidia.com/gpucores",
    "requests.nvidia.com/gpumem": "limits.nvidia.com/gpumem",
    "requests.nvidia.com/gpucores": "limits.nvidia.com/gpucores",
}


@rule(Severity.HIGH, judges=Manifest, types=("ResourceQuota",))
def check(quota: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A key beside the one that is read."""
    hard = values.mapping(quota.body, "spec", "hard")
    for key, instead in INSTEAD.items():
        if key in hard and instead not in hard:
            path = ("spec", "hard", key)
            yield Fault(f"{key} does not limit what it names", path, fix=f"write {instead}")
