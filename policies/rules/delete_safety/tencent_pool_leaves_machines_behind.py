"""TKE node pool that leaves its machines behind

Why: `delete_keep_instance` is true unless it is written: after a destroy the machines
    run on without a cluster, and GPU machines are billed for months before anyone looks.
Fix: write `delete_keep_instance = false`, or true with a waiver that says who keeps them.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"cluster_id": "c1"}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"delete_keep_instance": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_false


@rule(Severity.MEDIUM, judges=Resource, types=(fields.TKE,))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """`delete_keep_instance` is not false."""
    path, value = fields.one(pool, ("delete_keep_instance",))
    if value is UNKNOWN:
        yield Fault("nobody knows yet whether a destroy leaves machines behind", path, "unknown")
    elif not is_false(value):
        reason = "by default" if value is ABSENT else "because delete_keep_instance is on"
        yield Fault(f"a destroy leaves the machines behind, billed, {reason}", path)
