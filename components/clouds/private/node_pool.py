"""A node pool of a private cluster: existing nodes, found by their labels.

Nodes come and go without Terraform, so a resource per node would always be
behind. One CronJob per cluster reconciles labels and taints of all its pools
instead. It runs kubectl without a shell: one init container per step, in
order, each of them idempotent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.addon import CARD, CLUSTER, MANAGED_BY, POOL, SHARING, Addon, Manifest
from components.clouds import vocabulary
from environments.model import Cluster, Environment, Pool

NAMESPACE = "gpu-fleet-system"
NAME = "node-pools"
SCHEDULE = "*/5 * * * *"

_LABELS = {MANAGED_BY: "gpu-fleet"}


def pools(environment: Environment, cluster_name: str) -> Addon:
    """What keeps the pools of one private cluster labelled and tainted."""
    cluster = environment.clusters[cluster_name]
    return Addon(
        name="node-pools",
        manifests=(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": NAMESPACE, "labels": _LABELS},
            },
            *_identity(),
            _reconciler(cluster_name, cluster),
        ),
    )


def steps(cluster_name: str, cluster: Cluster) -> list[list[str]]:
    """The kubectl calls of one round, in order, as arguments."""
    calls = []
    for name, pool in cluster.pools.items():
        labels = vocabulary.node_labels(cluster_name, cluster, name)
        ours = [f"--selector={_selector(pool.selector)}", "--overwrite"]
        calls.append(["label", "nodes", *ours, *_pairs(labels)])
        calls.append(["taint", "nodes", *ours, *_taints(pool)])
        # A machine that lost the pool's labels is no longer the pool's.
        for key, value in sorted(pool.selector.items()):
            gone = f"--selector={POOL}={name},{key}!={value}"
            calls.append(
                ["label", "nodes", gone, *(f"{key}-" for key in (CLUSTER, POOL, CARD, SHARING))]
            )
    return calls


def _selector(labels: Mapping[str, str]) -> str:
    return ",".join(_pairs(labels))


def _pairs(labels: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in sorted(labels.items())]


def _taints(pool: Pool) -> list[str]:
    return [
        f"{taint['key']}={taint['value']}:{taint['effect']}"
        for taint in vocabulary.node_taints(pool)
    ]


def _identity() -> tuple[Manifest, ...]:
    metadata = {"name": NAME, "labels": _LABELS}
    role = f"gpu-fleet-{NAME}"
    return (
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {**metadata, "namespace": NAMESPACE},
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": role, "labels": _LABELS},
            "rules": [
                {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "patch"]}
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": role, "labels": _LABELS},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": role,
            },
            "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
        },
    )


def _reconciler(cluster_name: str, cluster: Cluster) -> Manifest:
    image = f"registry.k8s.io/kubectl:v{cluster.kubernetes}.0"
    calls = steps(cluster_name, cluster)
    containers = [_step(f"step-{at:02d}", image, call) for at, call in enumerate(calls)]
    report = _step("report", image, ["get", "nodes", f"--label-columns={POOL},{CARD}"])
    pod = {
        "serviceAccountName": NAME,
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "tolerations": [{"operator": "Exists"}],
        "initContainers": containers,
        "containers": [report],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": _LABELS},
        "spec": {
            "schedule": SCHEDULE,
            "concurrencyPolicy": "Forbid",
            "successfulJobsHistoryLimit": 1,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {
                "spec": {
                    "backoffLimit": 1,
                    "activeDeadlineSeconds": 240,
                    "template": {"metadata": {"labels": _LABELS}, "spec": pod},
                }
            },
        },
    }


def _step(name: str, image: str, arguments: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "image": image,
        "args": arguments,
        "resources": {
            "requests": {"cpu": "10m", "memory": "32Mi"},
            "limits": {"memory": "128Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
    }
