"""The addons of VKE that a fleet needs, beyond those that every cluster has.

And those it must not have: `nvidia-device-plugin` and the mGPU addon would hand out
the same cards as ours. VKE installs neither by itself; they are simply never asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from components import cdk
from components.bindings import volcenginecc
from environments.model import Cluster, Volcengine


def addons(
    stack: cdk.TerraformStack, cluster: Cluster, cloud: Volcengine, plane: volcenginecc.VkeCluster
) -> None:
    """One resource for each addon."""
    for name in wanted(cluster, cloud):
        volcenginecc.VkeAddon(
            stack,
            f"addon-{name}",
            cluster_id=plane.cluster_id,
            name=name,
            deploy_mode="Unmanaged",
            deploy_node_type="Node",
        )


def wanted(cluster: Cluster, cloud: Volcengine) -> Iterator[str]:
    """The names of the addons."""
    pools = cluster.pools.values()
    if any(pool.nodes.autoscaled for pool in pools):
        yield "cluster-autoscaler"
    if any(pool.rdma for pool in pools):
        yield "rdma-device-plugin"
    if cloud.prometheus:
        yield "prometheus-agent"
    if any(storage.kind == "standard" for storage in cloud.files.values()):
        yield "csi-nas"
    if any(storage.kind == "parallel" for storage in cloud.files.values()):
        yield "csi-vepfs"
    if cloud.buckets:
        yield "csi-tos"
    if cloud.registry is not None:
        yield "cr-credential-controller"
