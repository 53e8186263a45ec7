"""Plan that takes a protection away

Why: switching deletion protection off is the first half of a deletion; the second half may
    come from anybody, any day after.
Fix: leave it on; where the thing is to be retired, take it off in the apply before and
    switch it on again if the deletion does not follow.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_cluster.infer",
       "type": "tencentcloud_kubernetes_cluster", "name": "infer",
       "change": {"actions": ["update"], "before": {"deletion_protection": true},
       "after": {"deletion_protection": false}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_cluster.infer",
       "type": "tencentcloud_kubernetes_cluster", "name": "infer",
       "change": {"actions": ["update"], "before": {"deletion_protection": true, "tags": {}},
       "after": {"deletion_protection": true, "tags": {"owner": "a"}}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import UNKNOWN, is_true


@rule(Severity.HIGH, judges=Change, types=tuple(fields.PROTECTION))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """On before, off after."""
    path, after = fields.of(change, fields.PROTECTION)
    if not change.updates or not is_true(change.had(*path)):
        return
    if after is UNKNOWN:
        yield Fault(f"{path[-1]} is known after the apply only", path, "unknown")
    elif not is_true(after):
        yield Fault(f"{path[-1]} is switched off", path)
