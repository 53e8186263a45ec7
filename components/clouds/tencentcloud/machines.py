"""What is on every machine that joins a TKE cluster: image, disks, login, driver, scripts?

Common to the three ways in which machines come: a pool of an autoscaling group, a
pool whose machines are joined by RDMA, and the machines of the system.

The image is named by its id: the cloud reads a name back as an id, and Terraform
would then change the image for ever.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.tencentcloud import names
from environments import cards
from environments.model import Environment, Pool
from environments.quantity import Memory

if TYPE_CHECKING:
    from components.bindings.tencentcloud import KubernetesNodePoolNodeConfigDataDisk

IMAGE = "img-eb30mz89"
"""TencentOS Server 3.1 (TK4), a public image of all regions."""
KEY_VARIABLE = "ssh_public_key"
"""The Terraform variable with the public key that machines trust."""
CACHE = "/data"
"""Where the data disk is mounted; caches of models go beside the images."""
IMAGES = f"{CACHE}/containerd"
SPOT_MAX_PRICE = "1000"
"""Yuan per hour, far above any machine: what is paid is the market's price, never more than
that of a machine that stays."""
HSSD = frozenset({"ada", "hopper"})
"""Architectures of cards whose machines take enhanced SSDs; those before take premium disks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disks:
    """The disks of a machine, as the cloud sells them."""

    type: str
    system: int
    """In GiB."""
    data: int | None
    """In GiB; None where there is none."""


def disks(pool: Pool) -> Disks:
    """The disks of each machine of a pool."""
    enhanced = cards.table()[pool.card].architecture in HSSD
    return Disks(
        type="CLOUD_HSSD" if enhanced else "CLOUD_PREMIUM",
        system=_gib(pool.disk.system),
        data=None if pool.disk.data is None else _gib(pool.disk.data),
    )


def mounted(disk: str, gib: int) -> KubernetesNodePoolNodeConfigDataDisk:
    """What a node makes of a data disk of this type and size, however its machine was bought."""
    return {
        "disk_type": disk,
        "disk_size": gib,
        "auto_format_and_mount": True,
        "file_system": "ext4",
        "mount_target": CACHE,
    }


def key_pair(stack: cdk.TerraformStack, environment: Environment, cluster: str) -> str:
    """The id of the key pair that machines trust; without one, the cloud makes no pool."""
    variable = cdk.TerraformVariable(
        stack,
        KEY_VARIABLE,
        type="string",
        description="The SSH public key that lets a person onto the machines.",
    )
    # Without a public key the cloud makes a pair, and its private key stands in the state.
    variable.add_override(
        "validation",
        [
            {
                "condition": f'${{startswith(var.{KEY_VARIABLE}, "ssh-")}}',
                "error_message": f"This is no SSH public key; set TF_VAR_{KEY_VARIABLE} to one.",
            }
        ],
    )
    pair = tencentcloud.KeyPair(
        stack,
        "key-pair",
        # Another key would be another pair, and every pool would be replaced with it.
        lifecycle={"ignore_changes": ["public_key"]},
        key_name=names.key_pair(environment, cluster),
        public_key=variable.string_value,
        tags=vocabulary.tags(environment, cluster),
    )
    return pair.id


def driver(version: str) -> dict[str, str]:
    """The GPU driver as TKE names it: both words must be there."""
    return {"version": version, "name": f"NVIDIA-Linux-x86_64-{version}.run"}


def script(text: str) -> str:
    """A script as the cloud takes it."""
    return base64.b64encode(text.encode()).decode()


def _gib(memory: Memory) -> int:
    """Rounded up, as disks are sold in whole GiB."""
    return -(-memory.mib // 1024)
