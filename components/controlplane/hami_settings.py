"""What is HAMi's scheduler told on a twin?

As its chart tells it (values of the environment, defaults elsewhere), but for
what a twin must have otherwise: addresses on loopback, certificates of the
control plane, no leader election among one, and a webhook that fails closed, so
that no pod slips past it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.controlplane.ports import LOOPBACK
from environments.model import Hami

SCHEDULER = "hami-scheduler"
WEBHOOK = "hami-webhook"

_MEMORY = "nvidia.com/gpumem"
_RESOURCES = {
    "resourceCountName": "nvidia.com/gpu",
    "resourceMemoryName": _MEMORY,
    "resourceCoreName": "nvidia.com/gpucores",
    "resourceMemoryPercentageName": f"{_MEMORY}-percentage",
    "resourcePriorityName": "nvidia.com/priority",
}
_IGNORED = {"key": "hami.io/webhook", "operator": "NotIn", "values": ["ignore"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast HAMi may go; no placement depends on it."""

    qps: int = 200
    """Calls to the API server that the extender may make in a second."""
    burst: int = 400
    """Calls that it may make at once."""
    retry_seconds: int = 1
    """The longest that a pod waits after its node was found locked, as most are in a
    burst: a rehearsal brings in a minute what arrives over a day."""


CHART_PACE = Pace(qps=5, burst=10, retry_seconds=10)
"""What HAMi does where nobody says otherwise: some 0.6 pods a second, whatever the fleet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Of one cluster, all on loopback."""

    extender: int
    metrics: int
    scheduler: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the processes read."""

    directory: Path
    kubeconfig: Path
    pki: Path

    @property
    def device_config(self) -> Path:
        return self.directory / "device-config.yaml"

    @property
    def scheduler_config(self) -> Path:
        return self.directory / "scheduler.yaml"


def extender_flags(
    sharing: Hami, pace: Pace, ports: Ports, files: Files, *, verbosity: int
) -> dict[str, str]:
    """The flags of HAMi's `scheduler` binary, without their dashes."""
    return {
        "http_bind": f"{LOOPBACK}:{ports.extender}",
        # The API server's own: it trusts what its authority has signed for loopback.
        "cert_file": str(files.pki / "admin.crt"),
        "key_file": str(files.pki / "admin.key"),
        "scheduler-name": SCHEDULER,
        "metrics-bind-address": f"{LOOPBACK}:{ports.metrics}",
        "node-scheduler-policy": sharing.node_policy,
        "gpu-scheduler-policy": sharing.card_policy,
        "force-overwrite-default-scheduler": "true",
        "device-config-file": str(files.device_config),
        "leader-elect": "false",
        "kube-qps": str(pace.qps),
        "kube-burst": str(pace.burst),
        # The chart's 4 writes half a megabyte for each pod it looks at.
        "v": str(verbosity),
    }


def scheduler_flags(ports: Ports, files: Files) -> dict[str, str]:
    """The flags of the kube-scheduler beside the extender, without their dashes."""
    return {
        "config": str(files.scheduler_config),
        "bind-address": LOOPBACK,
        "secure-port": str(ports.scheduler),
        "authorization-always-allow-paths": "/healthz,/readyz,/livez,/metrics",
    }


def device_config(sharing: Hami) -> dict[str, Any]:
    """The content of `device-config.yaml`: NVIDIA cards only."""
    return {
        "nvidia": {
            **_RESOURCES,
            "overwriteEnv": False,
            "defaultMemory": 0,
            "defaultCores": 0,
            "defaultGPUNum": 1,
            "memoryFactor": 1,
            "deviceSplitCount": sharing.split,
            "deviceMemoryScaling": sharing.memory_scaling,
            "deviceCoreScaling": sharing.core_scaling,
            "gpuCorePolicy": "default",
            "runtimeClassName": "",
        }
    }


def scheduler_config(pace: Pace, ports: Ports, files: Files) -> dict[str, Any]:
    """The KubeSchedulerConfiguration of the kube-scheduler beside the extender."""
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": {"leaderElect": False},
        "clientConnection": {"kubeconfig": str(files.kubeconfig), "qps": 5000, "burst": 10000},
        "podInitialBackoffSeconds": 1,
        "podMaxBackoffSeconds": pace.retry_seconds,
        "profiles": [{"schedulerName": SCHEDULER}],
        "extenders": [
            {
                "urlPrefix": f"https://{LOOPBACK}:{ports.extender}",
                "enableHTTPS": True,
                "tlsConfig": {"insecure": True},
                "filterVerb": "filter",
                "bindVerb": "bind",
                "nodeCacheCapable": True,
                "weight": 1,
                "httpTimeout": "30s",
                "managedResources": [
                    {"name": name, "ignoredByScheduler": True} for name in _RESOURCES.values()
                ],
            }
        ],
    }


def webhook(ports: Ports, files: Files) -> Mapping[str, Any]:
    """The MutatingWebhookConfiguration that sends pods with cards to the extender."""
    authority = base64.b64encode((files.pki / "ca.crt").read_bytes()).decode()
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {"name": WEBHOOK},
        "webhooks": [
            {
                "name": "vgpu.hami.io",
                "clientConfig": {
                    "url": f"https://{LOOPBACK}:{ports.extender}/webhook",
                    "caBundle": authority,
                },
                "admissionReviewVersions": ["v1beta1"],
                "failurePolicy": "Fail",
                "matchPolicy": "Equivalent",
                "reinvocationPolicy": "Never",
                "sideEffects": "None",
                "timeoutSeconds": 10,
                "namespaceSelector": {"matchExpressions": [_IGNORED]},
                "objectSelector": {"matchExpressions": [_IGNORED]},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["CREATE"],
                        "resources": ["pods"],
                        "scope": "*",
                    }
                ],
            }
        ],
    }
