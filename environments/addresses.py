"""Which addresses of a VPC go to which zone's nodes and pods?

Nodes are counted from the bottom of the VPC and pods from its top, by the zone's
place in the list: a zone that is appended moves none of the others. Whether
there is room for all of them is said by `cloud_invariants`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from environments.clouds import Network

RESERVED = 8
"""Addresses of each subnet that the cloud keeps to itself; the greediest of the three keeps five,
and load balancers want some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnets:
    """The two subnets of a zone, as CIDRs."""

    nodes: IPv4Network
    pods: IPv4Network


def subnets(network: Network, zones: Sequence[str]) -> dict[str, Subnets]:
    """The subnets of each zone. They overlap, or leave the VPC, where it is too small."""
    vpc = IPv4Network(network.cidr)
    return {
        zone: Subnets(
            nodes=_block(int(vpc.network_address), index, network.nodes),
            pods=_block(int(vpc.broadcast_address) + 1, -index - 1, network.pods),
        )
        for index, zone in enumerate(zones)
    }


def usable(prefix: int) -> int:
    """The addresses of a subnet with this prefix length that are not the cloud's."""
    return max(0, (1 << (32 - prefix)) - RESERVED)


def smallest(addresses: int) -> int:
    """The prefix length of the smallest subnet that has so many usable addresses."""
    return 32 - (addresses + RESERVED - 1).bit_length()


def _block(origin: int, index: int, prefix: int) -> IPv4Network:
    size = 1 << (32 - prefix)
    return IPv4Network(((origin + index * size) % (1 << 32), prefix))
