"""Several cards and the 64 MiB of shared memory that a container gets by default

Why: NCCL and the loaders of training frameworks pass data between processes through `/dev/shm`;
    with 64 MiB of it they die of a bus error, often hours into a run.
Fix: mount an `emptyDir` with `medium: Memory` and a `sizeLimit` at `/dev/shm`

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
      volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 64Gi}}]
      containers:
        - name: main
          volumeMounts: [{name: shm, mountPath: /dev/shm}]
          resources: {limits: {nvidia.com/gpu: 8}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

SHARED = "/dev/shm"  # noqa: S108 - the very place


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A container with two cards or more and nothing mounted there."""
    for pod in manifest.pods():
        if pod.spec.get("hostIPC") is True:
            continue  # The host's shared memory is half of the machine's.
        for path, container in gpus.asking(pod):
            mounts = values.sequence(container, "volumeMounts")
            if gpus.count(container) < 2 or path[-2] == "initContainers":
                continue
            if SHARED not in {values.text(mount, "mountPath").rstrip("/") for mount in mounts}:
                said = f"{gpus.count(container)} cards share 64 MiB of {SHARED}"
                yield Fault(said, (*path, "volumeMounts"), at_key=True)
