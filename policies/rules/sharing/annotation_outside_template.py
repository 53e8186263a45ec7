"""Annotation for HAMi on the workload instead of on its pods

Why: HAMi reads pods. On a Deployment or a Job the annotation is copied to nobody, and the pods take
    any card.
Fix: move it to the annotations of the pod template (`spec.template.metadata.annotations`)

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: rank
      annotations: {nvidia.com/use-gputype: H20}
    spec:
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank}
    spec:
      template:
        metadata:
          annotations: {nvidia.com/use-gputype: H20}
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, hami
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=tuple(TEMPLATES.keys() - {"Pod"}))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """The workload has one of HAMi's annotations, and a pod with cards has it not."""
    wanted = hami.POD_ANNOTATIONS & manifest.annotations.keys()
    for key in sorted(wanted):
        if any(gpus.asks(pod) and key not in pod.annotations for pod in manifest.pods()):
            said = f"{key} does not reach the pods"
            yield Fault(said, ("metadata", "annotations", key), at_key=True)
