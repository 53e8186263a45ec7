"""Labels or taints of an ACK pool out of order

Why: the provider compares them as lists: the API gives them back sorted, and every plan
    shows a change that is none, until nobody reads plans any more.
Fix: write them sorted by key.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "labels": [{"key": "gpu", "value": "on"}, {"key": "card", "value": "h20"}]}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "labels": [{"key": "card", "value": "h20"}, {"key": "gpu", "value": "on"}]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import is_expression


@rule(Severity.LOW, judges=Resource, types=(fields.ACK,))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Keys that are not in ascending order."""
    for name in ("labels", "taints"):
        keys = [key for _, key in fields.every(pool, (name, "key"))]
        if fields.ignores(pool, (name,)):
            continue
        if any(not isinstance(key, str) or is_expression(key) for key in keys):
            continue
        late = next((at for at in range(1, len(keys)) if keys[at] < keys[at - 1]), None)
        if late is not None:
            message = f'"{keys[late]}" stands after "{keys[late - 1]}": a diff in every plan'
            yield Fault(message, (name, late, "key"))
