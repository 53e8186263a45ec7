"""Machines whose owner nobody can tell from the bill

Why: the bill lists machines by tag; what has no owner is paid by everybody and switched off
    by nobody.
Fix: tag pools and clusters with `owner` (or `team`) and `cost-center` (or `project`).

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"tags": {"name": "h20"}}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "tags": {"owner": "search", "cost-center": "4711"}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN

# The environment file knows whose a cluster is: a tag that leads there is enough.
OWNERS = {"owner", "team", "tenant", "gpu-fleet-environment"}
PURSES = {"cost-center", "cost_center", "costcenter", "project", "budget", "gpu-fleet-cluster"}


@rule(Severity.LOW, judges=Resource, types=(*fields.POOLS, *fields.CLUSTERS))
def check(machines: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Tags that name no owner, or nobody who pays."""
    path, tags = fields.one(machines, ("tags",))
    keys = _keys(tags)
    if keys is None:
        yield Fault("the tags are known after an apply only", path, "unknown")
        return
    missing = [
        word for word, names in (("owner", OWNERS), ("cost center", PURSES)) if not keys & names
    ]
    if missing:
        yield Fault(f"no tag says {' or '.join(missing)}", path)


def _keys(tags: Any) -> set[str] | None:
    """Names of tags: of a map, of `{key, value}`, of TKE's `{tags: [{key, value}]}`."""
    if tags is UNKNOWN:
        return None
    if tags is ABSENT:
        return set()
    if isinstance(tags, Mapping) and not {"key", "value"} <= tags.keys() and "tags" not in tags:
        return {str(name).lower() for name in tags}
    entries = list(_maps(tags))
    entries += [inner for entry in entries for inner in _maps(entry.get("tags"))]
    return {str(entry.get("key", "")).lower() for entry in entries}


def _maps(value: Any) -> Iterator[Mapping[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield one
