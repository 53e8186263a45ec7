"""Pool made anew

Why: its nodes go, and what runs on them.
Fix: add a second pool, move the work, then delete the first.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [{
      "address": "alicloud_cs_kubernetes_node_pool.h20", "mode": "managed",
      "type": "alicloud_cs_kubernetes_node_pool", "name": "h20",
      "change": {"actions": ["delete", "create"], "before": {"size": 2}, "after": {"size": 2},
                 "after_unknown": {"id": true}, "replace_paths": [["size"]]}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [{
      "address": "alicloud_cs_kubernetes_node_pool.h20", "mode": "managed",
      "type": "alicloud_cs_kubernetes_node_pool", "name": "h20",
      "change": {"actions": ["update"], "before": {"size": 2}, "after": {"size": 3},
                 "after_unknown": {}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet


@rule(Severity.CRITICAL, judges=Change, types=("alicloud_cs_kubernetes_node_pool",))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """The plan deletes and creates."""
    if change.replaces:
        yield Fault("the plan replaces this pool", next(iter(change.replace_paths), ()))
