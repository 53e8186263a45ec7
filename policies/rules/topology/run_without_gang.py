"""Distributed run whose pods are scheduled one by one

Why: when cards run short, two such runs each get half of their pods and wait for the other half
    for ever, holding their cards.
Fix: have all pods scheduled together: a Kueue queue (`kueue.x-k8s.io/queue-name`), a PodGroup, or
    `schedulerName: volcano`

Bad (manifest):
    apiVersion: kubeflow.org/v1
    kind: PyTorchJob
    metadata: {name: train}
    spec:
      pytorchReplicaSpecs:
        Worker:
          replicas: 4
          template:
            spec: {containers: [{name: pytorch, resources: {limits: {nvidia.com/gpu: 8}}}]}
Good (manifest):
    apiVersion: kubeflow.org/v1
    kind: PyTorchJob
    metadata: {name: train, labels: {kueue.x-k8s.io/queue-name: research}}
    spec:
      pytorchReplicaSpecs:
        Worker:
          replicas: 4
          template:
            spec: {containers: [{name: pytorch, resources: {limits: {nvidia.com/gpu: 8}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest, PodTemplate

KINDS = ("PyTorchJob", "MPIJob", "TFJob", "JAXJob", "PaddleJob", "XGBoostJob", "JobSet")
MARKS = (
    "kueue.x-k8s.io/queue-name",
    "scheduling.x-k8s.io/pod-group",
    "pod-group.scheduling.sigs.k8s.io",
    "scheduling.k8s.io/group-name",
    "kai.scheduler/queue",
)
GANGS = {"volcano", "kai-scheduler", "scheduler-plugins-scheduler", "koord-scheduler", "yunikorn"}


@rule(Severity.LOW, judges=Manifest, types=KINDS)
def check(run: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Two pods with whole cards or more, and no word of a gang."""
    pods = [pod for pod in run.pods() if gpus.asks(pod) and not gpus.is_sliced(pod)]
    if not pods or _together(run) or any(_in_gang(pod) for pod in pods):
        return
    count = sum(_replicas(run, pod) for pod in pods)
    if count > 1:
        yield Fault(f"{count} pods with cards, scheduled one by one", ("metadata",), at_key=True)


def _replicas(run: Manifest, pod: PodTemplate) -> int:
    """What stands beside the template."""
    for up in (1, 3):
        found = values.number(run.body, *pod.path[:-up], "replicas")
        if found is not None:
            return max(int(found), 0)
    return 1


def _together(run: Manifest) -> bool:
    policy = values.mapping(run.body, "spec", "runPolicy", "schedulingPolicy")
    exclusive = "alpha.jobset.sigs.k8s.io/exclusive-topology"
    marked = any(key in run.labels or key in run.annotations for key in MARKS)
    return bool(policy) or marked or exclusive in run.annotations


def _in_gang(pod: PodTemplate) -> bool:
    named = values.text(pod.spec, "schedulerName") in GANGS
    return named or any(key in pod.labels or key in pod.annotations for key in MARKS)
