"""Node pool that is destroyed before its replacement exists

Why: on TKE and ACK a changed instance type, security group or disk replaces the pool, and
    Terraform destroys first: its cards are gone for as long as the new ones take to come,
    if there is stock at all.
Fix: set `lifecycle.create_before_destroy` with a name that changes with the pool, or
    `prevent_destroy` and move workloads to a second pool.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"force_delete": false}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "force_delete": false, "lifecycle": {"create_before_destroy": true}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import is_true


@rule(Severity.LOW, judges=Resource, types=(fields.TKE, fields.TKE_NATIVE, fields.ACK))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Neither order of replacement nor a refusal of it is written down."""
    path, first = fields.one(pool, ("lifecycle", "create_before_destroy"))
    if not is_true(first) and not fields.keeps(pool):
        yield Fault("a replacement destroys this pool before the new one exists", path)
