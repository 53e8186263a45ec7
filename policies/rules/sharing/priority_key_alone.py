"""HAMi priority asked for without a card

Why: HAMi's webhook does not look at a pod that asks for `nvidia.com/priority` alone; the pod stays
    with the default scheduler and waits for a resource that no node has (measured).
Fix: ask for `nvidia.com/gpumem` or `nvidia.com/gpu` in the same container

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/priority: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: rank}
    spec:
      containers:
        - {name: main, resources: {limits: {nvidia.com/gpumem: 2048, nvidia.com/priority: 1}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """The key, and no card in the whole pod."""
    for pod in manifest.pods():
        if gpus.asks(pod):
            continue
        for path, container in pod.containers():
            if gpus.PRIORITY in gpus.limits(container):
                yield Fault(
                    "asks for nvidia.com/priority and for no card; the pod waits for ever",
                    (*path, "resources", "limits", gpus.PRIORITY),
                )
