"""What must hold of the addresses of a cluster: ranges apart, and room for nodes and pods."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from environments import addresses
from environments.clouds import SYSTEM_NODES, Network
from environments.faults import Fault, Path
from environments.model import Cluster, Public

PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
VPC = (12, 24)
"""Prefix lengths that all three clouds take for a VPC that has room for a cluster."""
SERVICES = (16, 24)
MOST_NODES = 999
"""Of a pool: node names of the twin count in three digits."""


def faults(cluster: Cluster, cloud: Public, at: Path) -> Iterator[Fault]:
    """Every relation that does not hold of the network of the cluster at the path."""
    network, here = cloud.network, (*at, "cloud", "network")
    wrong = [
        *_range(network.cidr, VPC, (*here, "cidr")),
        *_range(network.services, SERVICES, (*here, "services")),
    ]
    yield from wrong
    if wrong:
        return
    if IPv4Network(network.cidr).overlaps(IPv4Network(network.services)):
        message = f"{network.services} overlaps the VPC's {network.cidr}; take another range"
        yield Fault((*here, "services"), "overlapping-ranges", message)
    yield from _room(network, cloud.zones, here)
    yield from _subnets(cluster, cloud, at)


def range_fault(written: str, at: Path) -> Iterator[Fault]:
    """A fault where an address is written in the place of a range."""
    meant = IPv4Network(written, strict=False)
    if str(meant) != written:
        yield Fault(at, "not-a-range", f"{written} is no range; write {meant}")


def _range(written: str, prefixes: tuple[int, int], at: Path) -> Iterator[Fault]:
    if found := list(range_fault(written, at)):
        yield from found
        return
    given, (least, most) = IPv4Network(written), prefixes
    if not any(given.subnet_of(private) for private in PRIVATE):
        message = f"must be of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; got {written}"
        yield Fault(at, "not-private", message)
    elif not least <= given.prefixlen <= most:
        yield Fault(at, "out-of-range", f"must be a /{least} to /{most}; got {written}")


def _room(network: Network, zones: list[str], at: Path) -> Iterator[Fault]:
    """Nodes are counted from the bottom and pods from the top: they must not meet."""
    each = (1 << (32 - network.nodes)) + (1 << (32 - network.pods))
    there = IPv4Network(network.cidr).num_addresses
    if each * len(zones) > there:
        count = f"{len(zones)} zone{'' if len(zones) == 1 else 's'}"
        message = (
            f"{count} of /{network.nodes} and /{network.pods} take {each * len(zones):,} "
            f"addresses, {network.cidr} has {there:,}; widen it, or raise nodes and pods"
        )
        yield Fault((*at, "cidr"), "network-too-small", message, needs=((*at[:-1], "zones"),))


def _subnets(cluster: Cluster, cloud: Public, at: Path) -> Iterator[Fault]:
    """Stock may put all machines of a pool into any one of its zones."""
    network, here = cloud.network, (*at, "cloud", "network")
    needs: tuple[Path, ...] = ((*at, "cloud"), (*at, "pools"))
    pools = cluster.pools.values()
    if any(pool.nodes.most > MOST_NODES for pool in pools):
        return  # A fault of its own.
    nodes, zone = max(
        (sum(pool.nodes.most for pool in pools if zone in cluster.zones_of(pool)), zone)
        for zone in cloud.zones
    )
    nodes += SYSTEM_NODES
    wanted = {"nodes": nodes, "pods": nodes * network.pods_per_node}
    for key, prefix in (("nodes", network.nodes), ("pods", network.pods)):
        room = addresses.usable(prefix)
        if wanted[key] > room:
            each = f" x {network.pods_per_node} pods" if key == "pods" else ""
            message = (
                f"{zone} may come to hold {nodes} nodes{each}, its subnet for {key} (/{prefix}) "
                f"has {room:,} addresses; {_remedy(key, wanted[key])}"
            )
            yield Fault((*here, key), "subnet-too-small", message, needs=needs)


def _remedy(key: str, wanted: int) -> str:
    widest = addresses.smallest(wanted)
    if widest < 16:
        return "lower nodes.max or pods_per_node, or make two clusters"
    return f"set {key} to {widest}, or lower nodes.max"
