"""TKE pool whose machines stay cordoned

Why: `unschedulable` of a TKE pool can be set at creation only: taking it back replaces the
    pool with all its machines.
Fix: leave it out and cordon by a taint of the pool, which changes in place; or, where new
    machines are meant to wait for a check, name it in `lifecycle.ignore_changes`.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"unschedulable": 1}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"unschedulable": 0}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, number


@rule(Severity.MEDIUM, judges=Resource, types=(fields.TKE,))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Cordoned at creation, and an edit of that is not ignored."""
    path, value = fields.one(pool, ("unschedulable",))
    if fields.ignores(pool, path):
        return
    if value is UNKNOWN:
        yield Fault("unschedulable is known after an apply only", path, "unknown")
    elif number({"cordoned": value}, "cordoned"):
        yield Fault("un-cordoning this pool will replace it", path)
