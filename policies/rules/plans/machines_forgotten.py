"""Plan that forgets machines

Why: `removed` blocks and `lifecycle.destroy = false` take a pool out of the state and leave
    it running: nobody patches it, and it is billed until somebody reads the bill.
Fix: import it in the stack that is to own it, in the same change; or destroy it.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_cs_kubernetes_node_pool.h20",
       "type": "alicloud_cs_kubernetes_node_pool", "name": "h20",
       "change": {"actions": ["forget"], "before": {"desired_size": "8"}, "after": null}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_cs_kubernetes_node_pool.h20",
       "type": "alicloud_cs_kubernetes_node_pool", "name": "h20",
       "change": {"actions": ["no-op"], "importing": {"id": "c1:np1"},
       "before": {"desired_size": "8"}, "after": {"desired_size": "8"}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, machines
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet


@rule(Severity.HIGH, judges=Change, types=(*fields.POOLS, *fields.CLUSTERS))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Out of the state, and not imported anywhere in this run."""
    if not change.forgets or _taken_over(change, fleet):
        return
    what = machines.in_words(change) if change.type in fields.POOLS else "the cluster"
    yield Fault(f"Terraform forgets {what}: running on, and billed")


def _taken_over(change: Change, fleet: Fleet) -> bool:
    name = change.before.get("id") if isinstance(change.before, dict) else None
    return name is not None and any(
        other.imported and isinstance(other.before, dict) and other.before.get("id") == name
        for other in fleet.changes(change.type)
    )
