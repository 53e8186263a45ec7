"""Plan that destroys a node pool

Why: providers neither drain nor heed a PodDisruptionBudget: the machines go, or stay behind
    without a cluster, and GPU stock that was given back may not come again.
Fix: retire in two steps: cordon and scale the pool to 0, then remove it when nothing runs
    there. Renamed a key? Add a `moved` block.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["delete"], "after": null,
       "before": {"name": "h20", "auto_scaling": {"desired_replicas": 40}}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["delete"], "after": null,
       "before": {"name": "h20", "auto_scaling": {"desired_replicas": 0}}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, machines
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet


@rule(Severity.CRITICAL, judges=Change, types=fields.POOLS)
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Destroyed for good, and not empty. A replacement has a rule of its own."""
    if change.deletes and not change.replaces and machines.machines(change) != 0:
        yield Fault(f"the pool is deleted: {machines.fate(change)}")
