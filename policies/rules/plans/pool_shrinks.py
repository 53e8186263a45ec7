"""Plan that shrinks a node pool

Why: the provider chooses the machines that go, and neither drains them nor heeds a
    PodDisruptionBudget; a lower maximum cuts what the next peak may have.
Fix: drain the nodes that are to go first, and lower the size in an apply of its own.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.l20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"], "before": {"desired_capacity": 12, "max_size": 20},
       "after": {"desired_capacity": 5, "max_size": 20}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.l20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"], "before": {"desired_capacity": 12, "max_size": 20},
       "after": {"desired_capacity": 14, "max_size": 20}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import UNKNOWN, number


@rule(Severity.HIGH, judges=Change, types=fields.POOLS)
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Fewer machines now, or fewer at most."""
    if not change.updates:
        return
    for table, word in ((fields.DESIRED, "size"), (fields.MOST, "maximum")):
        path, after = fields.of(change, table)
        before = _number(change.had(*path))
        if after is UNKNOWN and before is not None:
            yield Fault(f"the {word} is known after the apply only", path, "unknown")
            continue
        size = _number(after)
        if before is not None and size is not None and size < before:
            yield Fault(f"the {word} falls from {before:.0f} to {size:.0f} machines", path)


def _number(value: object) -> float | None:
    return number({"n": value}, "n")
