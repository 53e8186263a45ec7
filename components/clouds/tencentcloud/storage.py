"""Where do checkpoints and models live?

In buckets (COS): private, encrypted, with versions, which end after some days so
that a bucket of checkpoints does not grow for ever. And in file systems (CFS): NFS
that grows by itself, or CFS Turbo, which is bought by capacity and reached through
a Cloud Connect Network that is brought along.
"""

from __future__ import annotations

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.tencentcloud import names
from components.clouds.tencentcloud.site import Surroundings
from environments.model import FileStorage

TURBO_STEP_GIB = 10_240
"""CFS Turbo of the faster kind is sold in steps of ten TiB."""
GROUP = 64
"""Characters of the name of a file system or its permission group."""
UPLOAD_DAYS = 7
"""How long the parts of an upload that nobody finished are kept."""


def buckets(stack: cdk.TerraformStack, around: Surroundings) -> None:
    """The cluster's buckets, by what they are for."""
    cloud = around.cloud
    for key, bucket in cloud.buckets.items():
        if bucket.name is None:
            raise AssertionError(f"this is a bug: bucket {key} has no name with an APPID")
        tencentcloud.CosBucket(
            stack,
            f"bucket-{key}",
            lifecycle={"prevent_destroy": cloud.protected},
            bucket=bucket.name,
            acl="private",
            encryption_algorithm="AES256",
            versioning_enable=True,
            # A bucket that still holds something is not deleted.
            force_clean=False,
            lifecycle_rules=[
                {
                    "filter_prefix": "",
                    "non_current_expiration": {"non_current_days": bucket.versions_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": UPLOAD_DAYS},
                }
            ],
            tags=vocabulary.tags(around.environment, around.cluster),
        )


def files(stack: cdk.TerraformStack, around: Surroundings) -> None:
    """The cluster's shared file systems, by what they are for."""
    cloud = around.cloud
    if not cloud.files:
        return
    group = tencentcloud.CfsAccessGroup(
        stack,
        "files",
        name=names.named(around.environment, around.cluster, limit=GROUP),
        description="nodes and pods of the cluster",
    )
    tencentcloud.CfsAccessRule(
        stack,
        "files-vpc",
        access_group_id=group.id,
        auth_client_ip=cloud.network.cidr,
        priority=1,
        rw_permission="RW",
        # Containers write as root more often than not.
        user_permission="no_root_squash",
    )
    for key, storage in cloud.files.items():
        match storage.kind:
            case "standard":
                _nfs(stack, around, key, group.id)
            case "parallel":
                _turbo(stack, around, key, group.id, storage)


def _nfs(stack: cdk.TerraformStack, around: Surroundings, key: str, group: str) -> None:
    tencentcloud.CfsFileSystem(
        stack,
        f"files-{key}",
        lifecycle={"prevent_destroy": around.cloud.protected},
        name=names.named(around.environment, around.cluster, key, limit=GROUP),
        availability_zone=around.cloud.zones[0],
        access_group_id=group,
        protocol="NFS",
        storage_type="SD",
        vpc_id=around.vpc,
        subnet_id=around.subnet,
        tags=vocabulary.tags(around.environment, around.cluster),
    )


def _turbo(
    stack: cdk.TerraformStack, around: Surroundings, key: str, group: str, storage: FileStorage
) -> None:
    gib = -(-storage.capacity.mib // 1024)
    tencentcloud.CfsFileSystem(
        stack,
        f"files-{key}",
        lifecycle={"prevent_destroy": around.cloud.protected},
        name=names.named(around.environment, around.cluster, key, limit=GROUP),
        availability_zone=around.cloud.zones[0],
        access_group_id=group,
        protocol="TURBO",
        storage_type="TP",
        capacity=-(-gib // TURBO_STEP_GIB) * TURBO_STEP_GIB,
        # Turbo is not put into a subnet but into a network of its own, beside the VPC.
        net_interface="CCN",
        ccn_id=_given(stack, "ccn_id", "the Cloud Connect Network that the VPC is attached to"),
        cidr_block=_given(
            stack,
            f"files_{key}_cidr".replace("-", "_"),
            f"addresses for the file system {key}, outside the VPC and its services",
        ),
        timeouts={"create": "60m", "update": "60m"},
        tags=vocabulary.tags(around.environment, around.cluster),
    )


def _given(stack: cdk.TerraformStack, name: str, description: str) -> str:
    """A Terraform variable that a person sets as `TF_VAR_<name>`, declared once."""
    found = stack.node.try_find_child(name)
    if found is None:
        found = cdk.TerraformVariable(stack, name, type="string", description=description)
    return f"${{var.{name}}}"
