"""How does a pool of the environment become a node pool of TKE?

As a *regular* pool: a native one can pin neither a driver nor be told to leave
qGPU alone, and any change to its instance types replaces it.

What a pool cannot change while it lives is said in one place, `_lasting`. Its hash
ends the pool's name, and the name is the input of a `terraform_data` with which the
pool is replaced. Left to itself the provider would plan some of these changes in
place and then not make them (inside `gpu_args`), make others for new machines only
(spot), and replace a pool for what the cloud alone has reordered (subnets): that is
ignored, by `ONCE`. The new pool is made first; the old one goes when its protection
is off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.pool_names import pool_name
from components.clouds.tencentcloud import machines, names
from components.clouds.tencentcloud.site import Site
from components.element import Lifecycle, Resource
from environments.model import Pool

if TYPE_CHECKING:
    from components.bindings.tencentcloud import (
        KubernetesNodePoolAutoScalingConfig,
        KubernetesNodePoolNodeConfig,
    )

VENDOR_PLUGIN = "nvidia-device-enable"
"""The label by which TKE's own device plugin finds its nodes; it would count cards beside ours."""
MOST = 2000
"""The most machines that the cloud lets a pool have."""

ONCE = (
    *(
        f"auto_scaling_config[0].{name}"
        for name in (
            "cam_role_name",
            "cdc_id",
            "data_disk",
            "enhanced_monitor_service",
            "instance_type",
            "key_ids",
            "password",
        )
    ),
    *(
        f"node_config[0].{name}"
        for name in (
            "data_disk",
            "desired_pod_num",
            "docker_graph_path",
            "extra_args",
            "gpu_args",
            "is_schedule",
            "mount_target",
        )
    ),
    "auto_update_instance_tags",
    "node_os",
    "node_os_type",
    "retry_policy",
    "scaling_mode",
    "subnet_ids",
    "tags",
    "unschedulable",
    "zones",
)
"""What is set when a pool is made and then left alone: all that would replace it, and what the
cloud reads back with additions. So neither a list in the cloud's own order, nor something that
a person did in the console, nor another release of ours replaces a pool of forty machines; what
the environment says anew does, by `_lasting`."""


class Lasting(Resource):
    """What a pool cannot change while it lives; a pool is replaced when this is updated."""

    TYPE = "terraform_data"


def node_pool(stack: cdk.TerraformStack, site: Site, name: str) -> cdk.TerraformResource:
    """The node pool of a pool whose machines need no RDMA."""
    pool = site.cluster.pools[name]
    called = pool_name(
        site.environment,
        site.name,
        name,
        replacing=_lasting(site, name, pool),
        limit=names.NODE_POOL,
    )
    lasting = Lasting(stack, f"pool-{name}-lasting", input=called)
    nodes = pool.nodes
    return tencentcloud.KubernetesNodePool(
        stack,
        f"pool-{name}",
        lifecycle=_lifecycle(pool, lasting),
        cluster_id=site.id,
        name=called,
        vpc_id=site.network.vpc,
        subnet_ids=[site.network.nodes[zone] for zone in site.zones(pool)],
        multi_zone_subnet_policy="PRIORITY",
        enable_auto_scale=nodes.autoscaled,
        # Where no autoscaler acts the bounds stay wide: the provider refuses to move a bound
        # and the size at once.
        min_size=nodes.least if nodes.autoscaled else 0,
        max_size=nodes.most if nodes.autoscaled else MOST,
        desired_capacity=nodes.desired,
        # Machines that do not come in time would taint the pool, and the next apply would
        # then delete those that came.
        wait_node_ready=False,
        retry_policy="INCREMENTAL_INTERVALS",
        node_os=machines.IMAGE,
        auto_scaling_config=_machine(site, name, pool),
        node_config=_join(pool),
        labels=labels(site, name),
        taints=[
            {"key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
            for taint in taints(pool)
        ],
        unschedulable=1 if site.cluster.cordons(pool) else 0,
        deletion_protection=site.cloud.protected,
        delete_keep_instance=pool.on_delete == "keep",
        tags=vocabulary.tags(site.environment, site.name),
    )


def labels(site: Site, pool: str) -> dict[str, str]:
    """The labels of each node of a pool."""
    # Every cluster brings a device plugin of its own, HAMi's or NVIDIA's.
    return {**vocabulary.node_labels(site.name, site.cluster, pool), VENDOR_PLUGIN: "disable"}


def taints(pool: Pool) -> list[dict[str, str]]:
    """The taints of each node of a pool; in order of their keys, as the cloud keeps a list."""
    return sorted(vocabulary.node_taints(pool), key=lambda taint: taint["key"])


def _lasting(site: Site, name: str, pool: Pool) -> dict[str, object]:
    """What only a new pool can have otherwise, as plain values; `generation` comes with the name.

    All of it is the environment's: no choice of ours, as of the image, is part of it.
    """
    return {
        # Two pools of one beginning shall not end in one hash.
        "pool": f"{site.name}/{name}",
        "instance_type": pool.instance_types[0],
        "zones": site.zones(pool),
        "data_disk": None if pool.disk.data is None else str(pool.disk.data),
        "driver": pool.driver,
        "spot": pool.spot,
    }


def _lifecycle(pool: Pool, lasting: Lasting) -> Lifecycle:
    # Every update pushes the desired size, changed or not: what an autoscaler made of it
    # since is only kept when the last refresh is what is pushed.
    owned = ("desired_capacity",) if pool.nodes.autoscaled else ()
    return {
        "create_before_destroy": True,
        "ignore_changes": sorted((*ONCE, *owned)),
        "replace_triggered_by": [lasting.address],
    }


def _machine(site: Site, name: str, pool: Pool) -> KubernetesNodePoolAutoScalingConfig:
    """How the autoscaling group buys a machine."""
    disks = machines.disks(pool)
    bought: KubernetesNodePoolAutoScalingConfig = {
        "instance_type": pool.instance_types[0],
        "instance_name": names.named(site.environment, site.name, name),
        "system_disk_type": disks.type,
        "system_disk_size": disks.system,
        "orderly_security_group_ids": [site.network.security_group],
        "key_ids": [site.key],
        # Out through the NAT gateway only.
        "public_ip_assigned": False,
        "internet_max_bandwidth_out": 0,
        "instance_charge_type": "SPOTPAID" if pool.spot else "POSTPAID_BY_HOUR",
    }
    if len(pool.instance_types) > 1:
        bought["backup_instance_types"] = pool.instance_types[1:]
    if pool.spot:
        bought["spot_instance_type"] = "one-time"
        bought["spot_max_price"] = machines.SPOT_MAX_PRICE
    if disks.data is not None:
        bought["data_disk"] = [
            {
                "disk_type": disks.type,
                "disk_size": disks.data,
                # Otherwise it stays, and costs, when the autoscaler takes the machine away.
                "delete_with_instance": True,
            }
        ]
    return bought


def _join(pool: Pool) -> KubernetesNodePoolNodeConfig:
    """How a machine becomes a node."""
    disks = machines.disks(pool)
    joined: KubernetesNodePoolNodeConfig = {"docker_graph_path": "/var/lib/containerd"}
    if disks.data is not None:
        joined["docker_graph_path"] = machines.IMAGES
        joined["data_disk"] = [machines.mounted(disks.type, disks.data)]
    if pool.scripts.before:
        joined["pre_start_user_script"] = machines.script(pool.scripts.before)
    if pool.scripts.after:
        joined["user_data"] = machines.script(pool.scripts.after)
    if pool.driver is not None:
        joined["gpu_args"] = {"mig_enable": False, "driver": machines.driver(pool.driver)}
    return joined
