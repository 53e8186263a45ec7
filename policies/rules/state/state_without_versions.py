"""Bucket of states that keeps no versions

Why: a broken apply, an older Terraform or a wrong `state rm` writes over the state; with
    versions it is one click to go back, without them a week of imports.
Fix: switch versions on for the bucket that holds states.

Bad (terraform):
    {"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "k"}}},
     "resource": {"tencentcloud_cos_bucket": {"states": {"bucket": "states-1",
       "lifecycle": {"prevent_destroy": true}}}}}
Good (terraform):
    {"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "k"}}},
     "resource": {"tencentcloud_cos_bucket": {"states": {"bucket": "states-1",
       "versioning_enable": true, "lifecycle": {"prevent_destroy": true}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies import backends, fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true

VERSIONS: fields.Fields = {
    "volcengine_tos_bucket": ("enable_version",),
    "volcenginecc_tos_bucket": ("enable_version_status",),
    "tencentcloud_cos_bucket": ("versioning_enable",),
    "alicloud_oss_bucket": ("versioning", "status"),
}
NAMES = ("bucket", "bucket_name", "name")
SEPARATE = "alicloud_oss_bucket_versioning"


@rule(Severity.HIGH, judges=Resource, types=tuple(VERSIONS))
def check(bucket: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The bucket is some stack's backend and keeps no versions."""
    name = next((bucket.body[key] for key in NAMES if key in bucket.body), None)
    if not isinstance(name, str) or name not in _of_states(fleet):
        return
    path, value = fields.of(bucket, VERSIONS)
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif not _on(value) and not _separately(bucket, name, fleet):
        yield Fault(f"{name} holds states and keeps no older versions of them", path)


def _of_states(fleet: Fleet) -> set[str]:
    return {key[1] for key in backends.states(fleet) if key[0] in backends.BUCKETS}


def _on(value: Any) -> bool:
    return is_true(value) or (isinstance(value, str) and value.lower() == "enabled")


def _separately(bucket: Resource, name: str, fleet: Fleet) -> bool:
    reference = f"{bucket.type}.{bucket.name}."
    return any(
        str(one.body.get("bucket")) == name or reference in str(one.body.get("bucket"))
        for one in fleet.resources(SEPARATE)
    )
