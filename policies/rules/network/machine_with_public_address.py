"""Machines with public addresses

Why: a GPU machine needs images and models, which come through a NAT gateway or the cloud's
    own network; a public address of its own makes each machine a target and bills traffic.
Fix: remove the address; use a NAT gateway for what must go out.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"internet_max_bandwidth_out": 100}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"internet_max_bandwidth_out": 0}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_true, number

FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    fields.VKE: (("node_config", "public_access_enabled"),),
    fields.TKE: (
        ("auto_scaling_config", "public_ip_assigned"),
        ("auto_scaling_config", "internet_max_bandwidth_out"),
    ),
    fields.TKE_NATIVE: (("native", "internet_accessible", "max_bandwidth_out"),),
    fields.ACK: (("internet_max_bandwidth_out",), ("scaling_config", "is_bond_eip")),
}


@rule(Severity.HIGH, judges=Resource, types=tuple(FIELDS))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A switch or a bandwidth that gives each machine an address."""
    for field in FIELDS[pool.type]:
        path, value = fields.one(pool, field)
        if value is UNKNOWN:
            yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
        elif value is not ABSENT and _given(value):
            yield Fault("each machine of this pool has a public address", path)
            return


def _given(value: Any) -> bool:
    return is_true(value) or (number({"n": value}, "n") or 0) > 0
