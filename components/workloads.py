"""The demand as Kubernetes objects: what the fleet's users would apply.

The pods are production's own: they ask in HAMi's classic keys on vGPU clusters
and for whole cards on GPU clusters, carry their tenant and a priority, and know
nothing of a twin.
"""

from __future__ import annotations

from typing import Any

from components.addon import CARD, TENANT, WORKLOAD, Manifest
from components.clouds import vocabulary
from environments.admission import request
from environments.demand import Demand, Gpu, Job, Service, Workload

IMAGE = request.IMAGE

EXPERIMENT = "gpu-fleet.dev/experiment"
ARM = "gpu-fleet.dev/arm"


def manifests(demand: Demand, cluster: str) -> tuple[Manifest, ...]:
    """One Deployment or Job per workload of the cluster, services first."""
    return tuple(manifest(name, work) for name, work in demand.of(cluster).items())


def manifest(name: str, work: Workload) -> Manifest:
    """The object that makes the workload's pods."""
    match work:
        case Service():
            return _deployment(name, work)
        case Job():
            return _job(name, work)


def gpu_limits(gpu: Gpu) -> dict[str, str]:
    """The cards of one pod in the keys that the device plugins know; memory in MiB."""
    limits = {"nvidia.com/gpu": str(gpu.cards)}
    if gpu.memory is not None:
        limits["nvidia.com/gpumem"] = str(gpu.memory.mib)
        if gpu.cores is not None:
            limits["nvidia.com/gpucores"] = str(gpu.cores)
    return limits


def labels(name: str, work: Workload) -> dict[str, str]:
    """What every pod of the workload carries."""
    ours = {"app.kubernetes.io/name": name, WORKLOAD: name, TENANT: work.tenant}
    if isinstance(work, Service) and work.experiment is not None:
        ours |= {EXPERIMENT: work.experiment.name, ARM: work.experiment.arm}
    return ours


def _deployment(name: str, service: Service) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": service.tenant, "labels": labels(name, service)},
        "spec": {
            "replicas": service.replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": {WORKLOAD: name}},
            "template": _template(name, service, "Always"),
        },
    }


def _job(name: str, job: Job) -> Manifest:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": job.tenant, "labels": labels(name, job)},
        "spec": {
            "completionMode": "Indexed",
            "completions": job.pods,
            "parallelism": job.pods,
            "backoffLimit": 0,
            "template": _template(name, job, "Never"),
        },
    }


def _template(name: str, work: Workload, restart: str) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "priorityClassName": work.priority,
        "restartPolicy": restart,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "tolerations": vocabulary.tolerations(),
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(work)],
    }
    if work.card is not None:
        spec["nodeSelector"] = {CARD: work.card}
    return {"metadata": {"labels": labels(name, work)}, "spec": spec}


def _container(work: Workload) -> dict[str, Any]:
    host = {"cpu": str(work.host.cpu), "memory": str(work.host.memory)}
    return {
        "name": "main",
        "image": IMAGE,
        "resources": {
            "requests": host,
            "limits": {"memory": str(work.host.memory), **gpu_limits(work.gpu)},
        },
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
