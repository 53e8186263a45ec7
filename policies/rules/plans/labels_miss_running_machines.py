"""Plan whose labels or taints miss the machines that run

Why: the change goes to new machines only; until all are replaced, selectors and tolerations
    match a part of the pool.
Fix: ACK: `update_nodes = true` in the same apply; VKE: `auto_sync_disabled = false`; or label
    the nodes with kubectl as well.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_cs_kubernetes_node_pool.l20",
       "type": "alicloud_cs_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"], "before": {"labels": [{"key": "gpu", "value": "off"}]},
       "after": {"labels": [{"key": "gpu", "value": "on"}]}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_cs_kubernetes_node_pool.l20",
       "type": "alicloud_cs_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"], "before": {"labels": [{"key": "gpu", "value": "off"}]},
       "after": {"labels": [{"key": "gpu", "value": "on"}], "update_nodes": true}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Path, Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import UNKNOWN, is_true

SWITCHES: fields.Fields = {
    fields.ACK: ("update_nodes",),
    fields.VKE_OLD: ("kubernetes_config", "auto_sync_disabled"),
    fields.VKE: ("kubernetes_config", "auto_sync_disabled"),
}


@rule(Severity.MEDIUM, judges=Change, types=tuple(SWITCHES))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Labels or taints change in place, and the switch that spreads them is off."""
    path = _changed(change)
    if not change.updates or path is None:
        return
    _, value = fields.of(change, SWITCHES)
    if value is UNKNOWN:
        yield Fault("whether machines follow is known after the apply only", path, "unknown")
    elif is_true(value) != (change.type == fields.ACK):
        yield Fault(f"the new {path[-1]} reach new machines only", path)


def _changed(change: Change) -> Path | None:
    for table in (fields.LABELS, fields.TAINTS):
        path, after = fields.of(change, table)
        if after is UNKNOWN or (after or None) != (change.had(*path) or None):
            return path
    return None
