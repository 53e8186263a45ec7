"""How does a pool become machines that are joined by RDMA?

No node pool can be put into a high-performance cluster, so these machines are bought
one by one and attached to the control plane. A machine is a key of `for_each`, its
number: one more adds one, one less takes the last. All of them stand in one zone,
the first of the pool, and no autoscaler knows them.

Attaching reinstalls a machine. Whatever of an attachment is changed would do so
again, and another image would wipe a running node; so both are set once, and only a
new machine is otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.pool_names import pool_name
from components.clouds.tencentcloud import machines, names
from components.clouds.tencentcloud.node_pool import Lasting, labels, taints
from components.clouds.tencentcloud.site import Site
from environments.model import Pool

if TYPE_CHECKING:
    from components.bindings.tencentcloud import (
        InstanceArguments,
        KubernetesClusterAttachmentWorkerConfig,
    )

MACHINE_ONCE = (
    "hostname",
    "image_id",
    "key_ids",
    "orderly_security_groups",
    "system_disk_size",
    "system_disk_type",
    "tags",
    "user_data",
)
"""What the cloud changes when it attaches a machine, and what stops or reinstalls it."""
NODE_ONCE = ("image_id", "key_ids", "labels", "security_groups", "unschedulable", "worker_config")
"""Anything of an attachment that is changed detaches the node and installs it anew."""


def rdma_pool(stack: cdk.TerraformStack, site: Site, name: str) -> cdk.TerraformResource:
    """The machines of a pool with RDMA, attached to the control plane."""
    pool = site.cluster.pools[name]
    zone = site.zones(pool)[0]
    called = pool_name(
        site.environment,
        site.name,
        name,
        replacing=_lasting(site, name, pool),
        limit=names.NODE_POOL,
    )
    lasting = Lasting(stack, f"pool-{name}-lasting", input=called)
    joined = tencentcloud.CvmHpcCluster(
        stack,
        f"pool-{name}-rdma",
        name=names.named(site.environment, site.name, name),
        zone=zone,
        remark="machines that are joined by RDMA",
    )
    each = {f"{index:03d}": f"{index:03d}" for index in range(pool.nodes.desired)}
    bought = tencentcloud.Instance(
        stack,
        f"pool-{name}-machine",
        lifecycle={
            "ignore_changes": list(MACHINE_ONCE),
            "replace_triggered_by": [lasting.address],
        },
        for_each=each,
        **_machine(site, name, pool, zone=zone, hpc=joined.id),
    )
    return tencentcloud.KubernetesClusterAttachment(
        stack,
        f"pool-{name}",
        lifecycle={"ignore_changes": list(NODE_ONCE)},
        for_each=each,
        cluster_id=site.id,
        instance_id=f"${{{bought.address}[each.key].id}}",
        image_id=machines.IMAGE,
        key_ids=[site.key],
        security_groups=[site.network.security_group],
        labels=labels(site, name),
        unschedulable=1 if site.cluster.cordons(pool) else 0,
        worker_config=_join(pool),
        timeouts={"create": "60m"},
    )


def _lasting(site: Site, name: str, pool: Pool) -> dict[str, object]:
    """What only new machines can have otherwise; `generation` comes with the name."""
    return {
        "pool": f"{site.name}/{name}",
        "instance_type": pool.instance_types[0],
        "zone": site.zones(pool)[0],
        "data_disk": None if pool.disk.data is None else str(pool.disk.data),
        "driver": pool.driver,
        "spot": pool.spot,
    }


def _machine(site: Site, name: str, pool: Pool, *, zone: str, hpc: str) -> InstanceArguments:
    disks = machines.disks(pool)
    bought: InstanceArguments = {
        "instance_name": f"{names.named(site.environment, site.name, name)}-${{each.key}}",
        "instance_type": pool.instance_types[0],
        "hpc_cluster_id": hpc,
        "availability_zone": zone,
        "vpc_id": site.network.vpc,
        "subnet_id": site.network.nodes[zone],
        "orderly_security_groups": [site.network.security_group],
        "image_id": machines.IMAGE,
        "key_ids": [site.key],
        "instance_charge_type": "SPOTPAID" if pool.spot else "POSTPAID_BY_HOUR",
        "system_disk_type": disks.type,
        "system_disk_size": disks.system,
        "allocate_public_ip": False,
        # The cloud refuses to delete the machine, by whomever it is asked: there is no way to
        # take a machine out of Terraform and leave it where it is.
        "disable_api_termination": site.cloud.protected,
        "tags": vocabulary.tags(site.environment, site.name),
        "timeouts": {"create": "60m"},
    }
    if pool.spot:
        bought["spot_instance_type"] = "ONE-TIME"
        bought["spot_max_price"] = machines.SPOT_MAX_PRICE
    if disks.data is not None:
        bought["data_disks"] = [
            {
                "data_disk_type": disks.type,
                "data_disk_size": disks.data,
                "delete_with_instance": True,
            }
        ]
    return bought


def _join(pool: Pool) -> KubernetesClusterAttachmentWorkerConfig:
    disks = machines.disks(pool)
    joined: KubernetesClusterAttachmentWorkerConfig = {
        "docker_graph_path": "/var/lib/containerd",
        "taints": [
            {"key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
            for taint in taints(pool)
        ],
    }
    if disks.data is not None:
        joined["docker_graph_path"] = machines.IMAGES
        joined["data_disk"] = [machines.mounted(disks.type, disks.data)]
    if pool.scripts.before:
        joined["pre_start_user_script"] = machines.script(pool.scripts.before)
    if pool.scripts.after:
        joined["user_script"] = machines.script(pool.scripts.after)
    if pool.driver is not None:
        joined["gpu_args"] = {"mig_enable": False, "driver": machines.driver(pool.driver)}
    return joined
