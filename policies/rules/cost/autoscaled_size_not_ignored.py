"""Size of an autoscaled pool that Terraform pushes back

Why: the autoscaler made twelve nodes, the code says five: the next apply of a label takes
    seven machines away with what runs on them. TKE re-sends its `desired_capacity` on
    every update, also when nobody wrote it down.
Fix: name the field in `lifecycle.ignore_changes`; and apply right after a refresh.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {
      "enable_auto_scale": true, "min_size": 1, "max_size": 20, "desired_capacity": 5}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {
      "enable_auto_scale": true, "min_size": 1, "max_size": 20, "desired_capacity": 5,
      "lifecycle": {"ignore_changes": ["desired_capacity"]}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT

PUSHED_ANYWAY = {fields.TKE, fields.TKE_NATIVE}
"""Their providers send the size of the state with every update."""


@rule(Severity.HIGH, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The autoscaler is on, and the size is in the code and not ignored."""
    path, size = fields.of(pool, fields.DESIRED)
    scaled = fields.autoscaled(pool)
    if fields.ignores(pool, path) or (size is ABSENT and pool.type not in PUSHED_ANYWAY):
        return
    if scaled is None:
        message = "whether an autoscaler moves this size is known after an apply only"
        yield Fault(message, path, "unknown")
    elif scaled:
        yield Fault(f"an apply pushes {path[-1]} back over the autoscaler", path)
