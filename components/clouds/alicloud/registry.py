"""A registry with copies of what the device layer pulls from docker.io.

Nodes in the mainland cannot reach docker.io. An Enterprise instance of ACR copies
images by rules, each new tag by itself, and is reached within the VPC only. It does
not stand in for docker.io: whoever pulls from it names its host, as
`components.clouds.images` says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components import cdk
from components.bindings import alicloud
from components.clouds import vocabulary
from components.clouds.handover import Network
from environments.model import Alicloud, Environment, Mode

TIER: Final = {"basic": "Basic", "standard": "Standard", "premium": "Advanced"}

COPIED: Final[Mapping[Mode, Mapping[str, str]]] = {
    "none": {},
    "hami": {"projecthami": "hami", "liangjw": "kube-webhook-certgen"},
    "dra": {},
}
"""Mode -> namespace and repository at docker.io, which are the same here; none for what is not
at docker.io, or whose images no chart of ours takes from elsewhere."""


def registry(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    cloud: Alicloud,
    network: Network,
) -> None:
    """The instance, its way into the VPC, and what it copies."""
    if cloud.registry is None:
        return
    instance = alicloud.CrEeInstance(
        stack,
        "registry",
        lifecycle={"prevent_destroy": cloud.protected},
        instance_name=f"{environment.name}-{cluster}",
        instance_type=TIER[cloud.registry.tier],
        # Sold by the month only: it is paid for until the month ends, whenever it is deleted.
        payment_type="Subscription",
        period=1,
        renewal_status="AutoRenewal",
        renew_period=1,
        tags=vocabulary.tags(environment, cluster),
    )
    alicloud.CrVpcEndpointLinkedVpc(
        stack,
        "registry-endpoint",
        instance_id=instance.id,
        vpc_id=network.vpc,
        vswitch_id=network.nodes[cloud.zones[0]],
        module_name="Registry",
        enable_create_dns_record_in_pvzt=True,
    )
    for namespace, repository in COPIED[environment.clusters[cluster].mode].items():
        _copied(stack, namespace, repository, instance)


def _copied(
    stack: cdk.TerraformStack, namespace: str, repository: str, instance: alicloud.CrEeInstance
) -> None:
    """What is public at its source is public here, so that no node needs a password for it."""
    space = alicloud.CrEeNamespace(
        stack,
        f"registry-{namespace}",
        instance_id=instance.id,
        name=namespace,
        auto_create=False,
        default_visibility="PUBLIC",
    )
    made = alicloud.CrEeRepo(
        stack,
        f"registry-{namespace}-{repository}",
        depends_on=[space],
        instance_id=instance.id,
        namespace=namespace,
        name=repository,
        repo_type="PUBLIC",
        summary=f"Copies of docker.io/{namespace}/{repository}",
    )
    alicloud.CrArtifactSubscriptionRule(
        stack,
        f"registry-{namespace}-{repository}-copies",
        depends_on=[made],
        instance_id=instance.id,
        namespace_name=namespace,
        repo_name=repository,
        source_provider="DOCKER_HUB",
        source_namespace_name=namespace,
        source_repo_name=repository,
        platform=["linux/amd64"],
        tag_regexp="v[0-9]+\\.[0-9]+\\.[0-9]+",
        tag_count=10,
        accelerate=False,
        # A tag that moved at its source moves here too only where a person says so.
        override=False,
    )
