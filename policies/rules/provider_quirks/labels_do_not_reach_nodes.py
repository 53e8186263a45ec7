"""Labels and taints that never reach the machines that are there

Why: a changed label of the pool goes to new machines only; selectors then match half of the
    pool, and nobody sees which half.
Fix: ACK: `update_nodes = true`; VKE: leave `auto_sync_disabled` false.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "labels": [{"key": "gpu", "value": "on"}]}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "labels": [{"key": "gpu", "value": "on"}], "update_nodes": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_true

SWITCHES: fields.Fields = {
    fields.ACK: ("update_nodes",),
    fields.VKE_OLD: ("kubernetes_config", "auto_sync_disabled"),
    fields.VKE: ("kubernetes_config", "auto_sync_disabled"),
}


@rule(Severity.MEDIUM, judges=Resource, types=tuple(SWITCHES))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The pool has labels or taints, and they are not kept in step."""
    written = [fields.of(pool, table)[1] for table in (fields.LABELS, fields.TAINTS)]
    if all(value is ABSENT for value in written):
        return
    path, value = fields.of(pool, SWITCHES)
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif is_true(value) != (pool.type == fields.ACK):
        yield Fault("changes of labels and taints reach new machines only", path)
