"""A node pool of a private cluster: existing nodes, found by their names or labels.

Nodes come and go without Terraform, so a resource per node would always be
behind. One CronJob per cluster reconciles labels and taints of all its pools
instead: every round runs `reconciler`, which lies in a ConfigMap beside what the
pools should be.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from components.addon import MANAGED_BY, Addon, Manifest
from components.clouds import vocabulary
from environments.model import Cluster, Environment

NAMESPACE = "gpu-fleet-system"
NAME = "node-pools"
SCHEDULE = "*/5 * * * *"
IMAGE = "docker.io/library/python:3.13.5-alpine3.22"
FOLDER = "/etc/gpu-fleet"
PROGRAM = "reconciler.py"
POOLS = "pools.json"

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
            _files(cluster_name, cluster),
            _reconciler(),
        ),
    )


def meant(cluster_name: str, cluster: Cluster) -> dict[str, dict[str, Any]]:
    """Each pool as the reconciler reads it: whom it takes, and what they get."""
    return {
        name: {
            "hosts": list(pool.hosts),
            "selector": dict(pool.selector),
            "labels": vocabulary.node_labels(cluster_name, cluster, name),
            "taints": vocabulary.node_taints(pool),
        }
        for name, pool in cluster.pools.items()
    }


def program() -> str:
    """The reconciler's text: it runs in the cluster, on a Python without any of our packages."""
    return Path(__file__).with_name(PROGRAM).read_text(encoding="utf-8")


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


def _files(cluster_name: str, cluster: Cluster) -> Manifest:
    described = json.dumps(meant(cluster_name, cluster), indent=2, sort_keys=True)
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": _LABELS},
        "data": {PROGRAM: program(), POOLS: described + "\n"},
    }


def _reconciler() -> Manifest:
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
                    # The next round is the retry.
                    "backoffLimit": 0,
                    "activeDeadlineSeconds": 240,
                    "template": {"metadata": {"labels": _LABELS}, "spec": _pod()},
                }
            },
        },
    }


def _pod() -> dict[str, Any]:
    return {
        "serviceAccountName": NAME,
        "restartPolicy": "Never",
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # It must run where nothing else may yet: its own taints are on every node with cards.
        "tolerations": [{"operator": "Exists"}],
        "containers": [
            {
                "name": "reconcile",
                "image": IMAGE,
                # -I: nothing in the environment changes what Python loads.
                "command": ["python", "-I", f"{FOLDER}/{PROGRAM}", f"{FOLDER}/{POOLS}"],
                "resources": {
                    "requests": {"cpu": "50m", "memory": "64Mi"},
                    "limits": {"memory": "256Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": "files", "mountPath": FOLDER, "readOnly": True}],
            }
        ],
        "volumes": [{"name": "files", "configMap": {"name": NAME}}],
    }
