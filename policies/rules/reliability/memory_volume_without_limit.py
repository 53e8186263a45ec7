"""Volume in memory without a limit

Why: an `emptyDir` of `medium: Memory` may grow to half of the machine's memory. It counts as its
    container's, or as the node's: other pods on the same cards are evicted for it.
Fix: set `sizeLimit`

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      volumes: [{name: shm, emptyDir: {medium: Memory}}]
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: train}
    spec:
      volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 64Gi}}]
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 8}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.LOW, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """In memory, without `sizeLimit`, in a pod whose containers have no limit either."""
    for pod in manifest.pods():
        if not gpus.asks(pod) or _limited(manifest, pod.spec):
            continue
        for at, volume in enumerate(values.sequence(pod.spec, "volumes")):
            empty = values.mapping(volume, "emptyDir")
            if empty.get("medium") == "Memory" and not empty.get("sizeLimit"):
                said = f"volume {values.text(volume, 'name')} may take half of the machine's memory"
                yield Fault(said, (*pod.spec_path, "volumes", at))


def _limited(manifest: Manifest, spec: object) -> bool:
    containers = values.sequence(spec, "containers")
    return all(values.get(one, "resources", "limits", "memory") for one in containers)
