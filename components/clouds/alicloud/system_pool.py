"""Where do the cluster's own pods run: DNS, the metrics agent, the fleet's schedulers?

On a few machines without cards. Machines with cards carry a taint that ACK's own
pods do not tolerate, and those of vGPU clusters join unschedulable besides.
"""

from __future__ import annotations

from typing import Final

from components import cdk
from components.addon import PREFIX
from components.bindings import alicloud
from components.clouds.alicloud.node_pool import NOT_OURS, machines
from components.clouds.alicloud.where import on_alicloud
from components.clouds.handover import Network
from components.element import Lifecycle
from environments.model import Environment

NODES: Final = 3
SIZE: Final[alicloud.CsKubernetesNodePoolInstancePatterns] = {
    "instance_family_level": "EnterpriseLevel",
    "cores": 8,
    "memory": 32,
    "cpu_architectures": ["X86"],
}
"""Any type of this size: which are in stock differs by zone and by day."""
DISK_GIB: Final = 100
LABEL: Final = f"{PREFIX}/system"


def system_pool(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    network: Network,
    *,
    plane: alicloud.CsManagedKubernetes,
) -> alicloud.CsKubernetesNodePool:
    """The pool of the system, spread over the cluster's zones."""
    arguments = machines(environment, cluster, network, plane)
    arguments |= {
        "node_pool_name": "system",
        "vswitch_ids": list(network.nodes.values()),
        "multi_az_policy": "BALANCE",
        "instance_patterns": [SIZE],
        "desired_size": str(NODES),
        "scaling_config": {"enable": False},
        "spot_strategy": "NoSpot",
        "system_disk_performance_level": "PL0",
        "system_disk_size": DISK_GIB,
        "unschedulable": False,
        # Nobody would empty it before the cluster goes.
        "force_delete": not on_alicloud(environment, cluster).protected,
        "labels": [{"key": LABEL, "value": "true"}],
    }
    # DNS runs here: whatever replaces the pool, a new one stands before it goes.
    lifecycle: Lifecycle = {"create_before_destroy": True, "ignore_changes": list(NOT_OURS)}
    return alicloud.CsKubernetesNodePool(stack, "system-pool", lifecycle=lifecycle, **arguments)
