"""Pods with cards that do not tolerate the taint of the nodes with cards

Why: the nodes of a pool are tainted `nvidia.com/gpu` so that other pods stay away; a pod with cards
    that does not tolerate it waits for ever.
Fix: tolerate `nvidia.com/gpu` (operator Exists) and the taints of its pool

Bad (manifest):
    # cluster: train
    apiVersion: v1
    kind: Pod
    metadata: {name: train, namespace: foundation}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]
Good (manifest):
    # cluster: train
    apiVersion: v1
    kind: Pod
    metadata: {name: train, namespace: foundation}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists}]
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.pool_invariants import OUR_TAINT
from policies import gpus, values, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest, PodTemplate


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """In a cluster of the fleet, whose nodes with cards all have the taint."""
    if whereabouts.cluster(manifest, fleet) is None:
        return
    for pod in manifest.pods():
        if gpus.asks(pod) and not _tolerates(pod):
            said = f"does not tolerate {OUR_TAINT}, which every node with cards has"
            yield Fault(said, (*pod.spec_path, "tolerations"), at_key=True)


def _tolerates(pod: PodTemplate) -> bool:
    found = values.sequence(pod.spec, "tolerations")
    return any(values.text(one, "key") in {"", OUR_TAINT} for one in found)
