"""Where do the cluster's own pods run: DNS, the metrics agent, the fleet's schedulers?

On a few machines without cards, which are made before any other. Machines with
cards do not take them: they carry a taint that the cloud's own pods do not
tolerate, and those of vGPU clusters join unschedulable besides. And the API
server's endpoint is opened only once some node is running, which shall not depend
on whether machines with cards are in stock.
"""

from __future__ import annotations

from components import cdk
from components.addon import PREFIX
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.tencentcloud import machines, names
from components.clouds.tencentcloud.node_pool import MOST, ONCE
from components.clouds.tencentcloud.site import Site
from environments.clouds import SYSTEM_NODES

TYPES = ("SA5.2XLARGE32", "S5.2XLARGE32", "SA2.2XLARGE32", "S6.2XLARGE32")
"""Eight cores and 32 GiB, in order of preference; some zone lacks some of them."""
DISK_GIB = 100
LABEL = f"{PREFIX}/system"

LEFT = ("auto_scaling_config", "desired_capacity", "node_config")
"""What people may change at the cloud, and what another release of ours may think better of:
neither shall replace the pool that DNS runs on."""


def system_pool(stack: cdk.TerraformStack, site: Site) -> cdk.TerraformResource:
    """The pool of the system, spread over the cluster's zones."""
    first, *others = TYPES
    return tencentcloud.KubernetesNodePool(
        stack,
        "system-pool",
        lifecycle={
            "create_before_destroy": True,
            "ignore_changes": sorted({*LEFT, *(path for path in ONCE if "[" not in path)}),
        },
        cluster_id=site.id,
        name="system",
        vpc_id=site.network.vpc,
        subnet_ids=[site.network.nodes[zone] for zone in site.cloud.zones],
        multi_zone_subnet_policy="EQUALITY",
        enable_auto_scale=False,
        min_size=0,
        max_size=MOST,
        desired_capacity=SYSTEM_NODES,
        wait_node_ready=False,
        retry_policy="INCREMENTAL_INTERVALS",
        node_os=machines.IMAGE,
        auto_scaling_config={
            "instance_type": first,
            "backup_instance_types": others,
            "instance_name": names.named(site.environment, site.name, "system"),
            "instance_charge_type": "POSTPAID_BY_HOUR",
            "system_disk_type": "CLOUD_PREMIUM",
            "system_disk_size": DISK_GIB,
            "orderly_security_group_ids": [site.network.security_group],
            "key_ids": [site.key],
            "public_ip_assigned": False,
            "internet_max_bandwidth_out": 0,
        },
        node_config={"docker_graph_path": "/var/lib/containerd"},
        labels={LABEL: "true"},
        unschedulable=0,
        deletion_protection=site.cloud.protected,
        delete_keep_instance=False,
        tags=vocabulary.tags(site.environment, site.name),
    )
