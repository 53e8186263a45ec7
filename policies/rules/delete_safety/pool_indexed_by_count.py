"""Node pools told apart by a number

Why: with `count` the address of a pool is its position: removing the first of three makes
    Terraform change or replace the two others.
Fix: use `for_each` over a map, or one resource a pool; move the state with `moved` blocks.

Bad (terraform):
    {"resource": {"volcenginecc_vke_node_pool": {"h20": {"count": 3, "retain_resources": ["Ecs"]}}}}
Good (terraform):
    {"resource": {"volcenginecc_vke_node_pool": {"h20": {
      "for_each": "${var.pools}", "retain_resources": ["Ecs"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, number


@rule(Severity.HIGH, judges=Resource, types=(*fields.POOLS, *fields.CLUSTERS))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """`count` makes more than one; a switch of 0 or 1 shifts nothing."""
    path, value = fields.one(pool, ("count",))
    if value is UNKNOWN:
        yield Fault("count is known after an apply only; past 1 it shifts", path, "unknown")
    elif value is not ABSENT and (number(pool.body, "count") or 0) > 1:
        yield Fault("the addresses are positions: removing one shifts the others", path)
