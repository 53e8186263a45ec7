"""HAMi upgraded under running pods

Why: an upgrade replaces the library that running containers have loaded. They may crash, and
    from 2.9 to 2.10 the books of MIG cards changed too: old and new parts do not understand each
    other.
Fix: drain the nodes first, or move the services to a second pool with the new version

Bad (plan):
    {"format_version": "1.2", "resource_changes": [{
      "address": "helm_release.hami", "mode": "managed", "type": "helm_release", "name": "hami",
      "change": {"actions": ["update"],
        "before": {"chart": "hami", "version": "2.9.0"},
        "after": {"chart": "hami", "version": "2.10.0"}, "after_unknown": {}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [{
      "address": "helm_release.hami", "mode": "managed", "type": "helm_release", "name": "hami",
      "change": {"actions": ["create"], "before": null,
        "after": {"chart": "hami", "version": "2.9.0"}, "after_unknown": {}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet


@rule(Severity.MEDIUM, judges=Change, types=("helm_release",))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Another version of the chart that is there."""
    if values.text(change.before, "chart").rpartition("/")[2] not in hami.CHARTS:
        return
    before, after = values.text(change.before, "version"), values.text(change.after, "version")
    if before and after and before != after:
        yield Fault(f"{before} becomes {after} while pods run with it", ("version",))
