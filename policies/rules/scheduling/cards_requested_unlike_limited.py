"""Cards in requests that are not in limits

Why: cards cannot be promised twice, so the API server refuses a container whose request for them
    is not equal to its limit, and one with a request alone.
Fix: write cards under `limits`; requests follow by themselves

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers: [{name: main, resources: {requests: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.cel import quantity
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A request without its like among the limits."""
    for pod in manifest.pods():
        for path, container in pod.containers():
            limits = gpus.limits(container)
            for key, asked in values.mapping(container, "resources", "requests").items():
                if not gpus.is_card(key) or quantity.of(limits.get(key)) == quantity.of(asked):
                    continue
                against = f"limits {limits[key]}" if key in limits else "has no limit for it"
                said = f"requests {asked} of {key} and {against}"
                yield Fault(said, (*path, "resources", "requests", key))
