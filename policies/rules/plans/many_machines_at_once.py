"""Plan that touches many machines at once

Why: one wrong line reaches all of them in the same minute; and clouds run short of stock when
    a hundred machines are replaced together.
Fix: apply one pool at a time (`-target`, or one stack after the other) and look at the first
    before the next.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["update"],
       "before": {"name": "a", "auto_scaling": {"desired_replicas": 200}},
       "after": {"name": "b", "auto_scaling": {"desired_replicas": 200}}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["update"],
       "before": {"name": "a", "auto_scaling": {"desired_replicas": 20}},
       "after": {"name": "b", "auto_scaling": {"desired_replicas": 20}}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.machines import machines
from policies.rule import Fault, rule
from policies.subject import Fleet, PlanFile

MOST_MACHINES = 100


@rule(Severity.MEDIUM, judges=PlanFile)
def check(plan: PlanFile, fleet: Fleet) -> Iterator[Fault]:
    """Pools that exist and are changed, destroyed or replaced have too many machines together."""
    touched = [
        change
        for change in plan.changes
        if change.type in fields.POOLS and (change.updates or change.deletes)
    ]
    total = sum(machines(change) or 0 for change in touched)
    if total > MOST_MACHINES:
        yield Fault(f"{total} machines of {len(touched)} pools are touched in one apply")
