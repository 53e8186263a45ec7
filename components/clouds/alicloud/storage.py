"""What holds data: buckets for checkpoints, file systems that all nodes share.

All of it belongs to the network layer, so that a cluster can go and its data stay.
"""

from __future__ import annotations

from math import ceil

from components import cdk
from components.bindings import alicloud
from components.clouds import vocabulary
from components.clouds.handover import Network
from components.element import Lifecycle
from environments.model import Alicloud, Environment, FileStorage

ENCRYPTED_BY_NAS = 1
"""With a key that the service keeps; a key of one's own is 2."""


def buckets(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, cloud: Alicloud
) -> None:
    """A private, encrypted, versioned bucket for each that the environment names."""
    for key, bucket in cloud.buckets.items():
        made = alicloud.OssBucket(
            stack,
            f"bucket-{key}",
            lifecycle=_kept(cloud),
            bucket=bucket.name or f"{environment.name}-{cluster}-{key}",
            storage_class="Standard",
            # Both create-only. Copies in several zones are not sold in every region.
            redundancy_type="LRS",
            force_destroy=False,
            # Within the bucket: the bucket reads both back, so that a resource beside it
            # for either would be undone by the next plan.
            versioning={"status": "Enabled"},
            server_side_encryption_rule={"sse_algorithm": "AES256"},
            lifecycle_rule=[
                {
                    "id": "old-versions",
                    "enabled": True,
                    "prefix": "",
                    "noncurrent_version_expiration": [{"days": bucket.versions_days}],
                    "abort_multipart_upload": [{"days": 7}],
                }
            ],
            tags=vocabulary.tags(environment, cluster),
        )
        alicloud.OssBucketAcl(stack, f"bucket-{key}-acl", bucket=made.bucket, acl="private")
        alicloud.OssBucketPublicAccessBlock(
            stack, f"bucket-{key}-public-access", bucket=made.bucket, block_public_access=True
        )


def files(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    cloud: Alicloud,
    network: Network,
) -> None:
    """A file system, in the first zone, for each that the environment names."""
    group = _rights(stack, environment, cluster, cloud)
    for key, storage in cloud.files.items():
        name = f"{environment.name}-{cluster}-{key}"
        tags = vocabulary.tags(environment, cluster)
        if storage.kind == "parallel" or group is None:
            _parallel(stack, cloud, network, key, storage, name=name, tags=tags)
        else:
            _standard(stack, cloud, network, key, group, name=name, tags=tags)


def _parallel(
    stack: cdk.TerraformStack,
    cloud: Alicloud,
    network: Network,
    key: str,
    storage: FileStorage,
    *,
    name: str,
    tags: dict[str, str],
) -> None:
    """CPFS, which stands in one vSwitch and needs no mount target for its own client."""
    zone = cloud.zones[0]
    alicloud.NasFileSystem(
        stack,
        f"files-{key}",
        lifecycle=_kept(cloud),
        description=name,
        file_system_type="cpfs",
        protocol_type="cpfs",
        storage_type="advance_100",
        capacity=ceil(storage.capacity.mib / 1024),
        zone_id=zone,
        vpc_id=network.vpc,
        vswitch_id=network.nodes[zone],
        tags=tags,
    )


def _standard(
    stack: cdk.TerraformStack,
    cloud: Alicloud,
    network: Network,
    key: str,
    group: alicloud.NasAccessGroup,
    *,
    name: str,
    tags: dict[str, str],
) -> None:
    """NAS by NFS. It grows with what is in it: the capacity of the environment is not sold."""
    zone = cloud.zones[0]
    made = alicloud.NasFileSystem(
        stack,
        f"files-{key}",
        lifecycle=_kept(cloud),
        description=name,
        file_system_type="standard",
        protocol_type="NFS",
        storage_type="Performance",
        encrypt_type=ENCRYPTED_BY_NAS,
        zone_id=zone,
        tags=tags,
    )
    alicloud.NasMountTarget(
        stack,
        f"files-{key}-mount",
        file_system_id=made.id,
        access_group_name=group.access_group_name,
        network_type="Vpc",
        vpc_id=network.vpc,
        vswitch_id=network.nodes[zone],
    )


def _rights(
    stack: cdk.TerraformStack, environment: Environment, cluster: str, cloud: Alicloud
) -> alicloud.NasAccessGroup | None:
    """Who may mount by NFS: machines of the VPC, each user as who it is."""
    if all(storage.kind == "parallel" for storage in cloud.files.values()):
        return None
    group = alicloud.NasAccessGroup(
        stack,
        "files-rights",
        access_group_name=f"{environment.name}-{cluster}",
        access_group_type="Vpc",
        file_system_type="standard",
    )
    alicloud.NasAccessRule(
        stack,
        "files-rights-vpc",
        access_group_name=group.access_group_name,
        file_system_type="standard",
        source_cidr_ip=cloud.network.cidr,
        rw_access_type="RDWR",
        user_access_type="no_squash",
        priority=1,
    )
    return group


def _kept(cloud: Alicloud) -> Lifecycle:
    """Data outlives a slip of the hand for as long as the cluster is protected."""
    return {"prevent_destroy": cloud.protected}
