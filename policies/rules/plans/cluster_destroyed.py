"""Plan that destroys or replaces a cluster

Why: everything in the cluster goes: pools, volumes that follow their claims, load balancers
    with the addresses that the world knows.
Fix: if it is meant, take the protection off and retire the pools in applies of their own
    first; if not, find the edit that replaces (a version, a network, a project).

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcengine_vke_cluster.train", "type": "volcengine_vke_cluster",
       "name": "train", "change": {"actions": ["delete", "create"],
       "replace_paths": [["kubernetes_version"]],
       "before": {"kubernetes_version": "v1.30"}, "after": {"kubernetes_version": "v1.32"}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "volcengine_vke_cluster.train", "type": "volcengine_vke_cluster",
       "name": "train", "change": {"actions": ["update"],
       "before": {"description": "a"}, "after": {"description": "b"}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity, dotted
from policies.rule import Fault, rule
from policies.subject import Change, Fleet


@rule(Severity.CRITICAL, judges=Change, types=fields.CLUSTERS)
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Destroyed, for good or for a new one."""
    if not change.deletes:
        return
    paths = change.replace_paths
    because = f" because of {', '.join(map(dotted, paths))}" if paths else ""
    word = "replaced" if change.replaces else "destroyed"
    yield Fault(f"the cluster is {word}{because}", paths[0] if paths else ())
