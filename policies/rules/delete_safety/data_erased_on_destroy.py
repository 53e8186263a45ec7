"""Data that is erased when its bucket or registry is destroyed

Why: clouds refuse to delete a bucket that is not empty; these switches empty it first, so
    that the last thing that could have stopped a wrong plan does not.
Fix: remove the switch; empty a bucket by hand on the day it is retired.

Bad (terraform):
    {"resource": {"tencentcloud_cos_bucket": {"models": {"force_clean": true}}}}
Good (terraform):
    {"resource": {"tencentcloud_cos_bucket": {"models": {"force_clean": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true

SWITCHES: fields.Fields = {
    "tencentcloud_cos_bucket": ("force_clean",),
    "alicloud_oss_bucket": ("force_destroy",),
    "tencentcloud_tcr_instance": ("delete_bucket",),
}


@rule(Severity.HIGH, judges=Resource, types=tuple(SWITCHES))
def check(data: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The switch that empties before it deletes is on."""
    path, value = fields.of(data, SWITCHES)
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif is_true(value):
        yield Fault(f"{path[-1]} is on: destroying it erases what it holds", path)
