"""Plan that moves a node pool to another cluster

Why: volcenginecc plans a changed `cluster_id` as an update in place; a pool cannot move, so
    the apply fails at best, and the state says what is not so.
Fix: make a new pool in the other cluster and retire this one.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["update"],
       "before": {"cluster_id": "c1"}, "after": {"cluster_id": "c2"}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcenginecc_vke_node_pool.h20", "type": "volcenginecc_vke_node_pool",
       "name": "h20", "change": {"actions": ["update"],
       "before": {"cluster_id": "c1", "name": "a"}, "after": {"cluster_id": "c1", "name": "b"}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import ABSENT, UNKNOWN


@rule(Severity.HIGH, judges=Change, types=(fields.VKE,))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """`cluster_id` differs and the pool is not replaced."""
    before, after = change.had("cluster_id"), change.get("cluster_id")
    if not change.updates or before is ABSENT:
        return
    if after is UNKNOWN:
        yield Fault("cluster_id is known after the apply only", ("cluster_id",), "unknown")
    elif after != before:
        yield Fault(f"the pool moves from {before} to {after}, on paper", ("cluster_id",))
