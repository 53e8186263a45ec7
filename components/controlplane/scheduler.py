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

# Both level nodes by CPU, memory and images, against any packing by GPU memory.
_NOT_WEIGHED = ("NodeResourcesBalancedAllocation", "ImageLocality")
# Else each service is spread over nodes, again against packing, for a tenth of
# the scheduler's time.
_NO_DEFAULT_SPREADING = {"defaultingType": "List", "defaultConstraints": []}

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
                "plugins": {"score": {"disabled": [{"name": name} for name in _NOT_WEIGHED]}},
                "pluginConfig": [
                    {"name": "NodeResourcesFit", "args": _fit(node_policy)},
                    {"name": "PodTopologySpread", "args": _NO_DEFAULT_SPREADING},
                ],
            }
        ],
    }


def _fit(node_policy: NodePolicy) -> dict[str, Any]:
    resources = [{"name": name, "weight": 1} for name in (GPU_MEMORY, GPU)]
    return {"scoringStrategy": {"type": _STRATEGY[node_policy], "resources": resources}}
