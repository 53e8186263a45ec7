"""What must hold within each node pool, and between the pools of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from environments import cards, machine_invariants, rdma_invariants
from environments.faults import Fault, Path, twice
from environments.model import (
    Alicloud,
    Cloud,
    Cluster,
    Embedded,
    Pool,
    Private,
    Tencentcloud,
    Volcengine,
)
from environments.network_invariants import MOST_NODES
from environments.phrases import known_or_meant

LONGEST_NODE_NAME = 63
"""HAMi writes the node's name into a label value."""
LONGEST_POOL_NAME = 25
"""Of a pool of TKE."""
HASH = 7
"""Characters that make room for a pool's successor beside it."""
ONLY_BOUGHT = (
    "instance_types",
    "unlisted",
    "zones",
    "spot",
    "disk",
    "driver",
    "scripts",
    "generation",
)
"""Keys that say something of machines to order."""

OUR_DOMAIN = "gpu-fleet.dev"
OUR_LABELS = {"nvidia.com/gpu.present", "nvidia.com/gpu.product"}
"""Labels beyond our domain that every node of ours gets."""
OUR_TAINT = "nvidia.com/gpu"
KUBERNETES_DOMAINS = ("kubernetes.io", "k8s.io")
KUBELET_DOMAINS = {"node.kubernetes.io", "kubelet.kubernetes.io"}
"""The Kubernetes domains in which a kubelet may label its own node."""


def faults(cluster_name: str, cluster: Cluster, at: Path) -> Iterator[Fault]:
    """Every relation that does not hold in the pools of the cluster at the path."""
    for name, pool in cluster.pools.items():
        here = (*at, "pools", name)
        yield from card(pool.card, (*here, "card"))
        yield from _node_range(pool, (*here, "nodes"))
        yield from _node_name(f"{cluster_name}-{name}-000", here)
        yield from _cloud_name(cluster, name, here)
        yield from _cloud_fields(cluster, pool, here)
        yield from machine_invariants.faults(cluster, pool, here)
        yield from rdma_invariants.faults(cluster, pool, here)
        yield from _labels(pool, here)
    yield from _overlaps(cluster, at)


def warnings(cluster: Cluster, at: Path) -> Iterator[Fault]:
    """A warning for each pool that would grow to its most, and run nothing."""
    if isinstance(cluster.cloud, Private | Embedded):
        return
    for name, pool in cluster.pools.items():
        if pool.cordon and pool.nodes.autoscaled:
            message = (
                "an autoscaler adds machines until a pod can run on one: unless something "
                f"uncordons them as they join, it goes on to {pool.nodes.most}; remove cordon"
            )
            yield Fault((*at, "pools", name, "cordon"), "cordoned-and-autoscaled", message)


def card(name: str, at: Path, *, at_key: bool = False) -> Iterator[Fault]:
    """A fault where the card table has no such card."""
    if name not in cards.table():
        message = f'no card "{name}" in the card table{known_or_meant(name, cards.table())}'
        yield Fault(at, "unknown-card", message, at_key=at_key)


def _node_range(pool: Pool, at: Path) -> Iterator[Fault]:
    nodes = pool.nodes
    if not nodes.least <= nodes.desired <= nodes.most:
        given = f"{nodes.least} <= {nodes.desired} <= {nodes.most}"
        yield Fault(at, "node-range", f"min <= desired <= max must hold; got {given}")
    if nodes.most > MOST_NODES:
        message = f"a pool has at most {MOST_NODES} nodes; got {nodes.most}; make two pools"
        yield Fault(at, "node-range", message)


def _node_name(longest: str, at: Path) -> Iterator[Fault]:
    if len(longest) > LONGEST_NODE_NAME:
        message = (
            f"node names of this pool have {len(longest)} characters, at most "
            f"{LONGEST_NODE_NAME} fit into a label; shorten the cluster's or the pool's name"
        )
        yield Fault(at, "name-too-long", message, at_key=True)


def _cloud_name(cluster: Cluster, name: str, at: Path) -> Iterator[Fault]:
    """At the cloud a pool's name ends in a hash, and is cut before it: two must not meet."""
    most = LONGEST_POOL_NAME - HASH
    if isinstance(cluster.cloud, Tencentcloud) and len(name) > most:
        message = (
            f"a pool's name has at most {LONGEST_POOL_NAME} characters on Tencent Cloud, {HASH} "
            f"of them a hash; shorten it to {most}"
        )
        yield Fault(at, "name-too-long", message, at_key=True, needs=((*at[:2], "cloud"),))


def _cloud_fields(cluster: Cluster, pool: Pool, at: Path) -> Iterator[Fault]:
    """What one kind of cloud knows of, and the others do not."""
    cloud = cluster.cloud
    needs: tuple[Path, ...] = ((*at[:2], "cloud"),)
    if isinstance(cloud, Embedded):
        return
    if isinstance(cloud, Private) and not pool.selector and not pool.hosts:
        message = '"selector" is missing: the labels of this pool\'s nodes; or name its "hosts"'
        needs = (*needs, (*at, "selector"), (*at, "hosts"))
        yield Fault((*at, "selector"), "missing-key", message, at_key=True, needs=needs)
    for key, why in _not_here(cloud, pool):
        yield Fault((*at, key), "not-for-this-cloud", why, at_key=True, needs=needs)
    zones: list[str] = getattr(cloud, "zones", [])
    for index, zone in enumerate(pool.zones if zones else ()):
        if zone not in zones:
            message = f'"{zone}" is no zone of this cluster{known_or_meant(zone, zones)}'
            yield Fault((*at, "zones", index), "unknown-zone", message, needs=needs)
    yield from twice(pool.zones, (*at, "zones"))


def _not_here(cloud: Cloud, pool: Pool) -> Iterator[tuple[str, str]]:
    """Each key that is written, though its cloud cannot do it, and why not."""
    if isinstance(cloud, Private):
        unset = Pool(card=pool.card, cards_per_node=1, nodes=pool.nodes)
        for key in ONLY_BOUGHT:
            if getattr(pool, key) != getattr(unset, key):
                yield key, f"private clusters have machines already; remove {key}"
        return
    for key in ("selector", "hosts"):
        if getattr(pool, key):
            yield key, "only private clusters select existing nodes"
    if isinstance(cloud, Volcengine) and pool.driver is not None:
        yield "driver", "on Volcano Engine the driver comes with the machine's image; remove it"
    if isinstance(cloud, Alicloud) and pool.on_delete == "keep":
        yield "on_delete", "machines always end with their pool on Alibaba Cloud; remove it"


def _labels(pool: Pool, at: Path) -> Iterator[Fault]:
    fields: dict[str, Iterable[str]] = {
        "labels": pool.labels,
        "taints": pool.taints,
        "selector": pool.selector,
    }
    for field, keys in fields.items():
        for key in keys:
            if (why := _reserved(field, key)) is not None:
                yield Fault((*at, field, key), "reserved-label", why, at_key=True)
    for key in pool.labels.keys() & pool.selector.keys():
        message = f'the selector finds this pool\'s nodes by "{key}" already; take it out of labels'
        yield Fault((*at, "labels", key), "label-in-selector", message, at_key=True)


def _reserved(field: str, key: str) -> str | None:
    """Why the key is not for users, where it is not."""
    domain = key.rpartition("/")[0]
    if domain == OUR_DOMAIN or domain.endswith(f".{OUR_DOMAIN}"):
        return f'"{OUR_DOMAIN}/" is ours and set for you; use a domain of your own'
    if field == "selector":
        return None
    if key in OUR_LABELS if field == "labels" else key == OUR_TAINT:
        return f'"{key}" is set for you on every node with cards'
    if domain == "hami.io" or domain.endswith(".hami.io"):
        return f'"{domain}/" is where HAMi keeps its books; use a domain of your own'
    if domain in KUBELET_DOMAINS and field == "labels":
        return None
    if any(domain == own or domain.endswith(f".{own}") for own in KUBERNETES_DOMAINS):
        return f'"{domain}/" belongs to Kubernetes; use a domain of your own'
    return None


def _overlaps(cluster: Cluster, at: Path) -> Iterator[Fault]:
    """Pools of existing nodes where a node of the one would also be another's."""
    yield from _hosts(cluster, at)
    found = {name: frozenset(pool.selector.items()) for name, pool in cluster.pools.items()}
    earlier: set[str] = set()
    for name, labels in found.items():
        for other, wider in found.items():
            # Of two equal pools, the later one is told.
            if wider and (wider < labels or (wider == labels and other in earlier)):
                message = f'every node of it is also one of "{other}"; tell them apart by a label'
                here = (*at, "pools", name, "selector")
                needs = ((*at, "pools", other, "selector"),)
                yield Fault(here, "overlapping-pools", message, needs=needs)
                break
        earlier.add(name)


def _hosts(cluster: Cluster, at: Path) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for name, pool in cluster.pools.items():
        here = (*at, "pools", name, "hosts")
        yield from twice(pool.hosts, here)
        for index, host in enumerate(pool.hosts):
            if seen.setdefault(host, name) != name:
                message = f'"{host}" is of "{seen[host]}" already; a node is of one pool'
                yield Fault((*here, index), "overlapping-pools", message)
