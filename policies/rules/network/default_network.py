"""Machines in the account's default network

Why: the default VPC is shared with whatever anybody ever clicked together, its addresses
    overlap with every other account's, and it cannot be peered later.
Fix: make a VPC and subnets for the fleet, with addresses from your plan.

Bad (terraform):
    {"data": {"alicloud_vpcs": {"default": {"is_default": true}}}}
Good (terraform):
    {"data": {"alicloud_vpcs": {"fleet": {"name_regex": "^gpu-fleet$"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import is_true, mapping

SOURCES = (
    "alicloud_vpcs",
    "alicloud_vswitches",
    "tencentcloud_vpc_instances",
    "tencentcloud_vpc_subnets",
)


@rule(Severity.LOW, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A data source that looks the default network up."""
    for source in SOURCES:
        for name in mapping(module.document, "data", source):
            for path, body in module.blocks("data", source, name):
                if is_true(module.resolved(mapping(body).get("is_default"))):
                    yield Fault(f"{source} looks up the default network", (*path, "is_default"))
