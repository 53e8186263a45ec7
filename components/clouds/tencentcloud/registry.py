"""Where do nodes pull the images of the device layer from?

From a registry of the cluster's own (TCR), reached within the VPC only. It neither
mirrors nor pulls through: images are copied into its namespace once, as the README
shows. The namespace is public, which here means that whoever is in the VPC may
pull without a secret; from the internet nobody can.
"""

from __future__ import annotations

from components import cdk
from components.bindings import tencentcloud
from components.clouds import vocabulary
from components.clouds.tencentcloud import names
from components.clouds.tencentcloud.site import Surroundings

NAMESPACE = "gpu-fleet"


def registry(stack: cdk.TerraformStack, around: Surroundings) -> str:
    """The host of the cluster's registry; empty where it has none."""
    cloud = around.cloud
    if cloud.registry is None:
        return ""
    instance = tencentcloud.TcrInstance(
        stack,
        "registry",
        lifecycle={"prevent_destroy": cloud.protected},
        # Five characters at least.
        name=names.named(around.environment, around.cluster, "images", limit=names.REGISTRY),
        instance_type=cloud.registry.tier,
        open_public_operation=False,
        deletion_protection=cloud.protected,
        # The bucket with the images stays when the registry goes.
        delete_bucket=False,
        tags=vocabulary.tags(around.environment, around.cluster),
    )
    tencentcloud.TcrNamespace(
        stack, "registry-namespace", instance_id=instance.id, name=NAMESPACE, is_public=True
    )
    tencentcloud.TcrVpcAttachment(
        stack,
        "registry-vpc",
        instance_id=instance.id,
        vpc_id=around.vpc,
        subnet_id=around.subnet,
        # Without it the registry's name leads nodes to its public address, which is closed.
        enable_vpc_domain_dns=True,
    )
    return instance.public_domain
