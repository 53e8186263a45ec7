"""Plan that destroys data

Why: a bucket, a file system, a registry, a volume or a namespace holds what no apply brings
    back.
Fix: take the edit back; if it is meant, copy the data first and destroy in an apply of its
    own.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_nas_file_system.models", "type": "alicloud_nas_file_system",
       "name": "models", "change": {"actions": ["delete"],
       "before": {"storage_type": "Performance"}, "after": null}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_nas_file_system.models", "type": "alicloud_nas_file_system",
       "name": "models", "change": {"actions": ["update"],
       "before": {"description": "a"}, "after": {"description": "b"}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity, dotted
from policies.rule import Fault, rule
from policies.subject import Change, Fleet

IN_CLUSTER = (
    "kubernetes_namespace",
    "kubernetes_namespace_v1",
    "kubernetes_persistent_volume",
    "kubernetes_persistent_volume_claim",
    "kubernetes_persistent_volume_claim_v1",
    "kubernetes_persistent_volume_v1",
)
MORE = (
    "alicloud_nas_fileset",
    "tencentcloud_tcr_namespace",
    "volcengine_vepfs_fileset",
    "volcenginecc_vepfs_fileset",
)


OBJECTS: fields.Fields = {
    "kubectl_manifest": ("kind",),
    "kubernetes_manifest": ("manifest", "kind"),
}
HOLDING = {"Namespace", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition"}
"""Kinds whose deletion takes with it what is inside."""


@rule(Severity.CRITICAL, judges=Change, types=(*fields.DATA, *IN_CLUSTER, *MORE, *OBJECTS))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Destroyed, for good or for a new and empty one."""
    if not change.deletes or (kind := _kind(change)) is None:
        return
    paths = change.replace_paths
    because = f" because of {', '.join(map(dotted, paths))}" if paths else ""
    word = "replaced by an empty one" if change.replaces else "destroyed"
    yield Fault(f"the {kind} is {word}{because}", paths[0] if paths else ())


def _kind(change: Change) -> str | None:
    """What it is, in words; None for an object of the cluster that holds nothing."""
    if change.type not in OBJECTS:
        return fields.word_for(change.type)
    kind = change.had(*OBJECTS[change.type])
    return kind if isinstance(kind, str) and kind in HOLDING else None
