"""Plan that lowers a version

Why: control planes refuse to go back or break on it, charts leave the new version's objects
    behind, and CRDs lose what the old schema does not know. Most often it is a branch that
    is behind.
Fix: rebase; where it is meant, follow the project's own way back.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "helm_release.hami", "type": "helm_release", "name": "hami",
       "change": {"actions": ["update"],
       "before": {"version": "2.10.0"}, "after": {"version": "2.9.0"}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "helm_release.hami", "type": "helm_release", "name": "hami",
       "change": {"actions": ["update"],
       "before": {"version": "2.9.0"}, "after": {"version": "2.10.0"}}}]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import UNKNOWN

VERSIONS: fields.Fields = {
    "helm_release": ("version",),
    "volcengine_vke_cluster": ("kubernetes_version",),
    "volcenginecc_vke_cluster": ("kubernetes_version_create",),
    "tencentcloud_kubernetes_cluster": ("cluster_version",),
    "alicloud_cs_managed_kubernetes": ("version",),
    "volcengine_vke_addon": ("version",),
    "volcenginecc_vke_addon": ("version",),
    "tencentcloud_kubernetes_addon": ("addon_version",),
    "alicloud_cs_kubernetes_addon": ("version",),
}
_NUMBERS = re.compile(r"v?(\d{1,9}(?:\.\d{1,9})*)")


@rule(Severity.HIGH, judges=Change, types=tuple(VERSIONS))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """The version after is below the one before."""
    path, after = fields.of(change, VERSIONS)
    before = change.had(*path)
    if not (change.updates or change.replaces) or not isinstance(before, str):
        return
    if after is UNKNOWN:
        yield Fault(f"{path[-1]} is known after the apply only", path, "unknown")
    elif _numbers(after) < _numbers(before) and _numbers(after):
        yield Fault(f"{path[-1]} falls from {before} to {after}", path)


def _numbers(version: object) -> tuple[int, ...]:
    found = _NUMBERS.match(version) if isinstance(version, str) else None
    return tuple(int(part) for part in found[1].split(".")) if found else ()
