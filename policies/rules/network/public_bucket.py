"""Bucket that everybody can read

Why: model weights, data sets and Terraform states are what a fleet keeps in buckets; lists
    of public buckets are for sale.
Fix: make the bucket private; hand single objects out by signed URLs.

Bad (terraform):
    {"resource": {"tencentcloud_cos_bucket": {"models": {"acl": "public-read"}}}}
Good (terraform):
    {"resource": {"tencentcloud_cos_bucket": {"models": {"acl": "private"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_false

FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "volcengine_tos_bucket": (("public_acl",),),
    "volcenginecc_tos_bucket": (("acl_grant", "acl"), ("acl", "grants", "grantee", "canned")),
    "tencentcloud_cos_bucket": (("acl",),),
    "alicloud_oss_bucket": (("acl",),),
    "alicloud_oss_bucket_acl": (("acl",),),
    "alicloud_oss_bucket_public_access_block": (("block_public_access",),),
}
EVERYBODY = ("public-read", "authenticated-read", "allusers", "authenticatedusers")


@rule(Severity.CRITICAL, judges=Resource, types=tuple(FIELDS))
def check(bucket: Resource, fleet: Fleet) -> Iterator[Fault]:
    """An access list for everybody, or the block of such lists taken away."""
    for field in FIELDS[bucket.type]:
        for path, value in fields.every(bucket, field):
            if value is UNKNOWN:
                yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
            elif path[-1] == "block_public_access" and is_false(value):
                yield Fault("public access lists are allowed again", path)
            elif _for_everybody(value):
                yield Fault(f"{path[-1]} is {value}: everybody can read what is in it", path)


def _for_everybody(value: Any) -> bool:
    return isinstance(value, str) and value.lower().startswith(EVERYBODY)
