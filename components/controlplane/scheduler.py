"""What does the stock kube-scheduler of a twin weigh?

Answers with a KubeSchedulerConfiguration. `binpack` fills nodes by GPU memory,
`spread` levels them, as HAMi's node policies of the same names do; the GPU
memory of a node is the extended resource GPU_MEMORY, which translated pods ask
for and nodes of a vGPU cluster advertise (MiB over all their cards).
"""

from __future__ import annotations

from typing import Any, Literal

NodePolicy = Literal["binpack", "spread"]

GPU_MEMORY = "twin.gpu-fleet.dev/gpumem"
GPU = "nvidia.com/gpu"

_STRATEGY = {"binpack": "MostAllocated", "spread": "LeastAllocated"}


def configuration(node_policy: NodePolicy) -> dict[str, Any]:
    """The configuration file's content for one cluster."""
    return {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "leaderElection": {"leaderElect": False},
        "clientConnection": {
            "qps": 5000,
            "burst": 10000,
            "contentType": "application/vnd.kubernetes.protobuf",
            "acceptContentTypes": "application/vnd.kubernetes.protobuf,application/json",
        },
        "profiles": [
            {
                "schedulerName": "default-scheduler",
                "pluginConfig": [{"name": "NodeResourcesFit", "args": _fit(node_policy)}],
            }
        ],
    }


def _fit(node_policy: NodePolicy) -> dict[str, Any]:
    resources = [{"name": name, "weight": 1} for name in (GPU_MEMORY, GPU)]
    return {"scoringStrategy": {"type": _STRATEGY[node_policy], "resources": resources}}
