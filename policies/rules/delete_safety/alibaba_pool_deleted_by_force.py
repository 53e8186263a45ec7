"""ACK node pool that is deleted by force

Why: without `force_delete` the provider sends force=true, and the machines go with
    whatever runs on them; it reads the field from the state, at the moment of deletion.
Fix: write `force_delete = false` and apply it before anything is destroyed.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"cluster_id": "c1"}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"force_delete": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_false


@rule(Severity.CRITICAL, judges=Resource, types=(fields.ACK,))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """`force_delete` is anything but a literal false."""
    path, value = fields.one(pool, ("force_delete",))
    if value is UNKNOWN:
        yield Fault("nobody knows yet whether the pool is deleted by force", path, "unknown")
    elif value is ABSENT:
        yield Fault("deleting this pool destroys machines with what runs on them", path)
    elif not is_false(value):
        yield Fault("force_delete is on: machines go with what runs on them", path)
