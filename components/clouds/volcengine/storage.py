"""What holds data: buckets for checkpoints, file systems that all nodes share.

All of it belongs to the network layer, so that a cluster can go and its data stay.
"""

from __future__ import annotations

from math import ceil

from components import cdk
from components.bindings import volcengine, volcenginecc
from components.clouds.handover import Network
from components.clouds.volcengine.tags import tags
from components.clouds.volcengine.where import on_volcengine
from components.element import Lifecycle
from environments.model import Environment, Volcengine

VEPFS_STEP = 8
"""TiB: vePFS is sold in multiples of eight."""


def buckets(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> None:
    """A private, encrypted, versioned bucket for each that the environment names."""
    cloud = on_volcengine(environment, cluster)
    for key, bucket in cloud.buckets.items():
        name = bucket.name or f"{environment.name}-{cluster}-{key}"
        made = volcenginecc.TosBucket(
            stack,
            f"bucket-{key}",
            lifecycle=_kept(cloud),
            name=name,
            bucket_type="fns",
            storage_class="STANDARD",
            az_redundancy="multi-az" if len(cloud.zones) > 1 else "single-az",
            acl_grant={"acl": "private"},
            enable_version_status="Enabled",
            lifecycle_config=[
                {
                    "lifecycle_rule_id": "old-versions",
                    "status": "Enabled",
                    "prefix": "",
                    "no_current_version_expiration": {"non_current_days": bucket.versions_days},
                    "abort_in_complete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            tags=tags(environment, cluster),
        )
        volcenginecc.TosBucketEncryption(
            stack,
            f"bucket-{key}-encryption",
            depends_on=[made],
            name=name,
            sse_algorithm="AES256",
        )


def shared_by_nfs(cloud: Volcengine) -> bool:
    """Whether any file system is mounted by NFS, whose rights only the older provider knows."""
    return any(storage.kind == "standard" for storage in cloud.files.values())


def files(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, network: Network
) -> None:
    """A file system, in the first zone, for each that the environment names."""
    cloud = on_volcengine(environment, cluster)
    rights = _rights(stack, environment, cluster, cloud) if shared_by_nfs(cloud) else None
    for key, storage in cloud.files.items():
        if rights is None or storage.kind == "parallel":
            _parallel(stack, environment, cluster, key, network=network)
        else:
            made = _standard(stack, environment, cluster, key)
            _mount(stack, cloud, key, network=network, made=made, rights=rights)


def _parallel(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, key: str, *, network: Network
) -> None:
    cloud = on_volcengine(environment, cluster)
    zone = cloud.zones[0]
    terabytes = ceil(cloud.files[key].capacity.mib / 2**20 / VEPFS_STEP) * VEPFS_STEP
    volcenginecc.VepfsInstance(
        stack,
        f"files-{key}",
        lifecycle=_kept(cloud),
        file_system_name=f"{environment.name}-{cluster}-{key}",
        file_system_type="VePFS",
        protocol_type="VePFS",
        store_type="Advance_100",
        charge_type="PayAsYouGo",
        project_name="default",
        capacity=terabytes,
        zone_id=zone,
        vpc_id=network.vpc,
        subnet_id=network.nodes[zone],
        tags=tags(environment, cluster),
    )


def _standard(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, key: str
) -> volcenginecc.FilenasInstance:
    cloud = on_volcengine(environment, cluster)
    return volcenginecc.FilenasInstance(
        stack,
        f"files-{key}",
        lifecycle=_kept(cloud),
        file_system_name=f"{environment.name}-{cluster}-{key}",
        file_system_type="Extreme",
        protocol_type="NFS",
        storage_type="Standard",
        charge_type="PayAsYouGo",
        project_name="default",
        capacity={"total": ceil(cloud.files[key].capacity.mib / 1024)},
        zone_id=cloud.zones[0],
        tags=[{**tag, "type": "Custom"} for tag in tags(environment, cluster)],
    )


def _mount(
    stack: cdk.TerraformStack,
    cloud: Volcengine,
    key: str,
    *,
    network: Network,
    made: volcenginecc.FilenasInstance,
    rights: volcengine.NasPermissionGroup,
) -> None:
    volcenginecc.FilenasMountPoint(
        stack,
        f"files-{key}-mount",
        file_system_id=made.file_system_id,
        mount_point_name=key,
        permission_group_id=rights.id,
        vpc_id=network.vpc,
        subnet_id=network.nodes[cloud.zones[0]],
    )


def _rights(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, cloud: Volcengine
) -> volcengine.NasPermissionGroup:
    """Who may mount: machines of the VPC, each user as who it is."""
    return volcengine.NasPermissionGroup(
        stack,
        "files-rights",
        permission_group_name=f"{environment.name}-{cluster}",
        description="GPU Fleet",
        permission_rules=[
            {"cidr_ip": cloud.network.cidr, "rw_mode": "RW", "use_mode": "No_all_squash"}
        ],
    )


def _kept(cloud: Volcengine) -> Lifecycle:
    """Data outlives a slip of the hand for as long as the cluster is protected."""
    return {"prevent_destroy": cloud.protected}
