"""A registry that caches what the device layer pulls from elsewhere.

Nodes in the mainland reach docker.io and nvcr.io slowly or not at all. A registry
with a proxy cache fetches each image once; containerd on the nodes asks it first.
Only the older provider can make one: the newer has `proxy_cache` read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from components import cdk
from components.bindings import volcengine
from components.clouds import vocabulary
from components.clouds.volcengine.where import on_volcengine
from environments.model import Cluster, Environment

UPSTREAM: Final[Mapping[str, volcengine.CrRegistryProxyCache]] = {
    "docker.io": {"type": "DockerHub"},
    "nvcr.io": {"type": "DockerRegistry", "endpoint": "https://nvcr.io"},
}


def upstream(cluster: Cluster) -> str:
    """Where the images of the cluster's device layer come from: HAMi's or NVIDIA's."""
    return "nvcr.io" if cluster.mode == "none" else "docker.io"


def registry(
    stack: cdk.TerraformStack,
    environment: Environment,
    cluster: str,
    *,
    vpc: str,
    nodes: Mapping[str, str],
) -> str:
    """The host of the registry; empty where the environment asks for none."""
    cloud = on_volcengine(environment, cluster)
    if cloud.registry is None:
        return ""
    made = volcengine.CrRegistry(
        stack,
        "registry",
        lifecycle={"prevent_destroy": cloud.protected},
        name=f"{environment.name}-{cluster}",
        # The only kind that caches others, whatever the tier.
        type="Enterprise",
        project="default",
        delete_immediately=False,
        proxy_cache_enabled=True,
        proxy_cache=UPSTREAM[upstream(environment.clusters[cluster])],
        resource_tags=[
            {"key": key, "value": value}
            for key, value in sorted(vocabulary.tags(environment, cluster).items())
        ],
    )
    # Nodes reach it within the VPC; its public endpoint stays closed.
    volcengine.CrVpcEndpoint(
        stack,
        "registry-endpoint",
        registry=made.id,
        vpcs=[{"vpc_id": vpc, "subnet_id": next(iter(nodes.values()))}],
    )
    return f"${{{made.address}.domains[0].domain}}"
