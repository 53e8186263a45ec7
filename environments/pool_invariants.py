"""What must hold within each node pool, and between the pools of a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from environments import cards
from environments.faults import Fault, Path, twice
from environments.model import Cluster, Embedded, Pool, Private
from environments.phrases import known_or_meant

LONGEST_NODE_NAME = 63
"""HAMi writes the node's name into a label value."""
MOST_NODES = 999
"""Node names of the twin count in three digits."""

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
        yield from _machine(pool, (*here, "machine"))
        yield from _cloud_fields(cluster, pool, at, here)
        yield from _labels(pool, here)
    yield from _overlaps(cluster, at)


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


def _machine(pool: Pool, at: Path) -> Iterator[Fault]:
    for key, amount in (("cpu", pool.machine.cpu), ("memory", pool.machine.memory)):
        if not amount.value:
            yield Fault((*at, key), "nothing-offered", f"a machine has more {key} than {amount}")


def _cloud_fields(cluster: Cluster, pool: Pool, cluster_at: Path, at: Path) -> Iterator[Fault]:
    needs: tuple[Path, ...] = ((*cluster_at, "cloud"),)
    yield from twice(pool.instance_types, (*at, "instance_types"))
    match cluster.cloud:
        case Embedded():
            return
        case Private():
            if pool.instance_types:
                message = "private clusters have machines, not instance types; use selector"
                yield Fault((*at, "instance_types"), "not-for-this-cloud", message, needs=needs)
            if not pool.selector:
                message = '"selector" is missing: the labels of this pool\'s nodes'
                needs = (*needs, (*at, "selector"))
                yield Fault((*at, "selector"), "missing-key", message, at_key=True, needs=needs)
        case _:
            if pool.selector:
                message = "only private clusters select existing nodes"
                yield Fault((*at, "selector"), "not-for-this-cloud", message, needs=needs)


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
    """Pools of existing nodes where every node of the one would also be another's."""
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
