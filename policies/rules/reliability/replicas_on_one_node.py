"""Replicas that may all lie on one node

Why: nodes are filled one after the other (binpack), and small slices fit by the dozen on one node:
    without a rule to spread them, one bad card or one drained node takes the whole service.
Fix: add `topologySpreadConstraints` over `kubernetes.io/hostname`, or a pod anti-affinity

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank}
    spec:
      replicas: 2
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank}
    spec:
      replicas: 2
      template:
        spec:
          topologySpreadConstraints:
            - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}
          containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values, workloads
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest, PodTemplate


@rule(Severity.LOW, judges=Manifest, types=("Deployment", "StatefulSet"))
def check(workload: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """More than one pod with slices, and nothing that keeps them apart."""
    if workloads.replicas(workload) < 2:
        return
    for pod in workload.pods():
        if gpus.is_sliced(pod) and not _spread(pod):
            yield Fault("all replicas may lie on one node", pod.spec_path, at_key=True)


def _spread(pod: PodTemplate) -> bool:
    return bool(
        values.sequence(pod.spec, "topologySpreadConstraints")
        or values.mapping(pod.spec, "affinity", "podAntiAffinity")
        or pod.annotations.get("hami.io/node-scheduler-policy") == "spread"
    )
