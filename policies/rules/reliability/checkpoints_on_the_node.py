"""Checkpoints of a training run that die with their pod

Why: an `emptyDir` is deleted with the pod. A bad card, a drain or a preemption then costs all the
    card hours since the start, not those since the last checkpoint.
Fix: write checkpoints to a volume that outlives the pod: a PersistentVolumeClaim on shared storage

Bad (manifest):
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      template:
        spec:
          volumes: [{name: out, emptyDir: {}}]
          containers:
            - name: main
              volumeMounts: [{name: out, mountPath: /checkpoints}]
              resources: {limits: {nvidia.com/gpu: 8}}
Good (manifest):
    apiVersion: batch/v1
    kind: Job
    metadata: {name: train}
    spec:
      template:
        spec:
          volumes: [{name: out, persistentVolumeClaim: {claimName: checkpoints}}]
          containers:
            - name: main
              volumeMounts: [{name: out, mountPath: /checkpoints}]
              resources: {limits: {nvidia.com/gpu: 8}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import gpus, values, workloads
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

_CHECKPOINTS = re.compile(r"checkpoint|ckpt", re.IGNORECASE)


@rule(Severity.HIGH, judges=Manifest, types=workloads.RUNS)
def check(run: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A mount that is called so, of a volume that goes with the pod."""
    for pod in run.pods():
        if not gpus.asks(pod):
            continue
        passing = {
            values.text(volume, "name")
            for volume in values.sequence(pod.spec, "volumes")
            if isinstance(volume, dict) and "emptyDir" in volume
        }
        for path, container in pod.containers():
            for at, mount in enumerate(values.sequence(container, "volumeMounts")):
                where, name = values.text(mount, "mountPath"), values.text(mount, "name")
                if name in passing and _CHECKPOINTS.search(f"{where} {name}"):
                    said = f"what is written to {where} is lost with the pod"
                    yield Fault(said, (*path, "volumeMounts", at))
