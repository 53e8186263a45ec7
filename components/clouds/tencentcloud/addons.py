"""Which of TKE's own components does a fleet need, and which must never come?

Drivers of storage, where the environment has storage to mount. And never `qgpu`,
which cuts the cards that ours cuts: it is refused when the cluster is made, as it
cannot be refused later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components import cdk
from components.bindings import tencentcloud
from components.clouds.tencentcloud.site import Site
from environments.model import Tencentcloud

REFUSED = ("qgpu",)


def addons(
    stack: cdk.TerraformStack, site: Site, after: Sequence[cdk.ITerraformDependable]
) -> None:
    """One resource for each component, once there are nodes for its pods."""
    for name in wanted(site.cloud):
        tencentcloud.KubernetesAddon(
            stack, f"addon-{name}", depends_on=after, cluster_id=site.id, addon_name=name
        )


def wanted(cloud: Tencentcloud) -> Iterator[str]:
    """The names of the components."""
    kinds = {storage.kind for storage in cloud.files.values()}
    if "standard" in kinds:
        yield "cfs"
    if "parallel" in kinds:
        yield "cfsturbo"
    if cloud.buckets:
        yield "cos"
