"""Cluster that an upgrade in the code would replace

Why: on VKE `kubernetes_version` can be set at creation only: raising it in the code destroys
    the cluster and makes a new one. Upgrades go through the console or the API.
Fix: name the field in `lifecycle.ignore_changes`.

Bad (terraform):
    {"resource": {"volcengine_vke_cluster": {"train": {"kubernetes_version": "v1.32"}}}}
Good (terraform):
    {"resource": {"volcengine_vke_cluster": {"train": {"kubernetes_version": "v1.32",
      "lifecycle": {"ignore_changes": ["kubernetes_version"]}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT

FIELDS: fields.Fields = {
    "volcengine_vke_cluster": ("kubernetes_version",),
    "volcenginecc_vke_cluster": ("kubernetes_version_create",),
}


@rule(Severity.HIGH, judges=Resource, types=tuple(FIELDS))
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The version is in the code and nothing ignores a change of it."""
    path, version = fields.of(cluster, FIELDS)
    if version is not ABSENT and not fields.ignores(cluster, path):
        yield Fault("the next edit of the version replaces the cluster", path)
