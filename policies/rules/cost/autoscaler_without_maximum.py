"""Autoscaler without a maximum

Why: a job with a wrong request makes an autoscaler buy until quota or stock ends; a GPU
    machine costs as much a day as a server a month.
Fix: write the maximum; it is what the fleet may cost at worst.

Bad (terraform):
    {"resource": {"volcenginecc_vke_node_pool": {"h20": {"auto_scaling": {"enabled": true}}}}}
Good (terraform):
    {"resource": {"volcenginecc_vke_node_pool": {"h20": {
      "auto_scaling": {"enabled": true, "max_replicas": 16}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, number

LARGEST = 1000
"""Nodes: past it a maximum is none."""


@rule(Severity.MEDIUM, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The autoscaler is on and its maximum is missing, or so large that it means nothing."""
    path, most = fields.of(pool, fields.MOST)
    scaled = fields.autoscaled(pool)
    if most is UNKNOWN or (scaled is None and most is ABSENT):
        yield Fault("the autoscaler's maximum is known after an apply only", path, "unknown")
    elif scaled and most is ABSENT:
        yield Fault("the autoscaler has no maximum", path)
    elif scaled and (number({"most": most}, "most") or 0) > LARGEST:
        yield Fault(f"a maximum of {most} nodes limits nothing", path)
