"""Repair that restarts GPU machines by itself

Why: ACK restarts a machine to repair it or to close a hole, at its own hour; a training job
    of 64 machines loses all of them with one.
Fix: set `restart_node` to false in both policies, and restart in a window of your own.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "management": {"enable": true, "auto_repair": true,
        "auto_repair_policy": {"restart_node": true}}}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "management": {"enable": true, "auto_repair": true,
        "auto_repair_policy": {"restart_node": false}}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true


@rule(Severity.MEDIUM, judges=Resource, types=(fields.ACK,))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Either policy may restart."""
    for policy in ("auto_repair_policy", "auto_vul_fix_policy"):
        path, value = fields.one(pool, ("management", policy, "restart_node"))
        if value is UNKNOWN:
            yield Fault(f"{policy}.restart_node is known after an apply only", path, "unknown")
        elif is_true(value):
            yield Fault(f"{policy} restarts machines under running jobs", path)
