"""What ACK puts into a cluster when it makes it, and what it must not.

Named at creation only: an edit plans as a change and changes nothing, so that the
cluster ignores it. What comes later is a resource of its own.
"""

from __future__ import annotations

import json
from typing import Final

from components import cdk
from components.bindings import alicloud
from environments.model import Cluster

WANTED: Final = ("terway-eniip", "csi-plugin", "csi-provisioner", "ack-node-problem-detector")

UNWANTED: Final = (
    # It would hand out the cards that the device layer hands out. Whether ACK heeds this is not
    # known; the label on every node is what counts.
    "ack-nvidia-device-plugin",
    # It comes with a load balancer on the internet.
    "nginx-ingress-controller",
)

RDMA: Final = "ack-erdma-controller"
RDMA_CONFIG: Final = {"agent": {"preferDriver": "ofed", "allocateAllDevices": True}}
"""The driver with which a card reads and writes over the network by itself."""


def at_creation() -> list[alicloud.CsManagedKubernetesAddons]:
    """The list that the cluster is made with."""
    return [
        *[alicloud.CsManagedKubernetesAddons(name=name) for name in WANTED],
        *[alicloud.CsManagedKubernetesAddons(name=name, disabled=True) for name in UNWANTED],
    ]


def addons(
    stack: cdk.TerraformStack,
    cluster: Cluster,
    *,
    plane: alicloud.CsManagedKubernetes,
    nodes: alicloud.CsKubernetesNodePool,
) -> None:
    """What only some clusters need, once there are `nodes` for it to run on."""
    if any(pool.nodes.autoscaled for pool in cluster.pools.values()):
        _autoscaler(stack, plane)
    if any(pool.rdma for pool in cluster.pools.values()):
        alicloud.CsKubernetesAddon(
            stack,
            f"addon-{RDMA}",
            depends_on=[nodes],
            cluster_id=plane.id,
            name=RDMA,
            config=json.dumps(RDMA_CONFIG, separators=(",", ":")),
        )


def _autoscaler(stack: cdk.TerraformStack, plane: alicloud.CsManagedKubernetes) -> None:
    """When a machine counts as idle, and for how long before it goes.

    Said, because ACK's own ten minutes are shorter than it takes to get such a machine back.
    """
    alicloud.CsAutoscalingConfig(
        stack,
        "autoscaler",
        cluster_id=plane.id,
        scale_down_enabled=True,
        unneeded_duration="30m",
        cool_down_duration="30m",
        utilization_threshold="0.5",
        gpu_utilization_threshold="0.5",
        scan_interval="30s",
        expander="least-waste",
    )
