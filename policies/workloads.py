"""What controllers make of workloads: how many pods, whose selector finds them, in which order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from policies import values
from policies.objects import Manifest
from policies.subject import Fleet

REPLICATED = ("Deployment", "StatefulSet", "ReplicaSet", "Rollout")
RUNS = (
    "Job",
    "JobSet",
    "PyTorchJob",
    "TFJob",
    "MPIJob",
    "JAXJob",
    "PaddleJob",
    "XGBoostJob",
    "RayJob",
    "TrainJob",
)
"""Kinds that run until they are done: training, mostly."""


def replicas(workload: Manifest) -> int:
    """How many pods it keeps; 1 where it says nothing or nothing that can be read."""
    found = values.number(workload.body, "spec", "replicas")
    return 1 if found is None or found < 0 else int(found)


def selected(selecting: Manifest, fleet: Fleet) -> Iterator[Manifest]:
    """The workloads whose pods the object's `spec.selector` finds, in its namespace."""
    wanted = values.mapping(selecting.body, "spec", "selector", "matchLabels")
    further = values.sequence(selecting.body, "spec", "selector", "matchExpressions")
    if not wanted or further:
        return
    for workload in fleet.manifests(*REPLICATED, cluster=selecting.cluster):
        if workload.namespace == selecting.namespace and any(
            _has(pod.labels, wanted) for pod in workload.pods()
        ):
            yield workload


def quotas(workload: Manifest, fleet: Fleet) -> Iterator[Manifest]:
    """The quotas of its namespace that hold for all pods there."""
    for quota in fleet.manifests("ResourceQuota", cluster=workload.cluster):
        scoped = values.get(quota.body, "spec", "scopes") or values.get(
            quota.body, "spec", "scopeSelector"
        )
        if quota.namespace == workload.namespace and not scoped:
            yield quota


def share(value: object) -> float | None:
    """A number of pods, or a share of them: `1` is 1, `"25%"` is 0.25; None for neither."""
    if isinstance(value, str) and value.strip().endswith("%"):
        found = values.number(value.strip().removesuffix("%"))
        return None if found is None else found / 100
    return values.number(value)


def pods_of(value: object, replicas: int, *, up: bool) -> int | None:
    """How many pods `25%` or `1` are; shares are rounded as the controller rounds them."""
    found = share(value)
    if found is None:
        return None
    if isinstance(value, str) and value.strip().endswith("%"):
        exact = found * replicas
        return math.ceil(exact - 1e-9) if up else math.floor(exact + 1e-9)
    return int(found)


def _has(labels: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(labels.get(key) == value for key, value in wanted.items())
