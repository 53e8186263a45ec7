"""What must hold of pools whose machines are joined by RDMA: one zone, and machines of one kind.

On Tencent Cloud no node pool takes such machines: they are bought one by one, so that
what only a pool can do is refused there, and not left out without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.faults import Fault, Path
from environments.model import Cluster, Embedded, Pool, Private, Tencentcloud


def faults(cluster: Cluster, pool: Pool, at: Path) -> Iterator[Fault]:
    """Every relation that does not hold of RDMA and the rest of the pool at the path."""
    if not pool.rdma or isinstance(cluster.cloud, Private | Embedded):
        return
    needs: tuple[Path, ...] = ((*at[:2], "cloud"), (*at, "rdma"))
    if len(pool.zones) > 1:
        message = (
            f"machines are joined by RDMA within one zone; keep {pool.zones[0]}, and make a pool "
            "for each of the others"
        )
        yield Fault((*at, "zones"), "rdma-pool", message, needs=needs)
    if not isinstance(cluster.cloud, Tencentcloud):
        return
    if len(pool.instance_types) > 1:
        message = (
            "machines with RDMA are bought one by one on Tencent Cloud, all of one type; "
            f"keep {pool.instance_types[0]}"
        )
        yield Fault((*at, "instance_types"), "rdma-pool", message, needs=needs)
    for key in ("min", "max"):
        if getattr(pool.nodes, key) is not None:
            message = f"no autoscaler knows machines with RDMA on Tencent Cloud; remove {key}"
            yield Fault((*at, "nodes", key), "rdma-pool", message, needs=needs)
    if pool.on_delete == "keep":
        message = (
            "machines with RDMA always end with their pool on Tencent Cloud; remove it, and take "
            "those that shall stay out of Terraform's state"
        )
        yield Fault((*at, "on_delete"), "not-for-this-cloud", message, needs=needs)
