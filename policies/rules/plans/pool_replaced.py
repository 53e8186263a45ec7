"""Plan that replaces a node pool

Why: a field that cannot change in place (a TKE instance type, a security group on ACK, a spot
    strategy on VKE) replaces the pool: the old machines are destroyed first, and the new
    ones come if there is stock.
Fix: take the edit back, or make a second pool beside this one, move the workloads, and then
    retire this one.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.h20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "h20",
       "change": {"actions": ["delete", "create"],
       "replace_paths": [["auto_scaling_config", 0, "instance_type"]],
       "before": {"desired_capacity": 6, "auto_scaling_config": [{"instance_type": "a"}]},
       "after": {"desired_capacity": 6, "auto_scaling_config": [{"instance_type": "b"}]}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.h20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "h20",
       "change": {"actions": ["update"],
       "before": {"desired_capacity": 6, "auto_scaling_config": [{"instance_type": "a"}]},
       "after": {"desired_capacity": 6, "auto_scaling_config": [
         {"instance_type": "a", "backup_instance_types": ["b"]}]}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, machines
from policies.finding import Path, Severity, dotted
from policies.rule import Fault, rule
from policies.subject import Change, Fleet

FIXES = {
    "instance_type": "leave instance_type and add the new type to backup_instance_types, "
    "which changes in place",
    "instance_types": "leave instance_types as they are and make a second pool for the new type",
    "unschedulable": "leave unschedulable as it is; uncordon the nodes with kubectl",
    "security_group_ids": "change the rules of the security group instead of the list of groups",
}


@rule(Severity.CRITICAL, judges=Change, types=fields.POOLS)
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Destroyed and made again, in either order, and not empty."""
    if not change.replaces or change.forgets or machines.machines(change) == 0:
        return
    paths = change.replace_paths
    because = f" because of {', '.join(map(dotted, paths))}" if paths else _because(change.reason)
    order = "after" if change.actions[0] == "create" else "before"
    yield Fault(
        f"the pool is replaced{because}: {machines.in_words(change)} gone {order} new ones come",
        paths[0] if paths else (),
        fix=_fix(paths),
    )


def _because(reason: str) -> str:
    return f" ({reason.replace('_', ' ')})" if reason else ""


def _fix(paths: tuple[Path, ...]) -> str:
    names = {str(step) for path in paths for step in path}
    return next((fix for name, fix in FIXES.items() if name in names), "")
