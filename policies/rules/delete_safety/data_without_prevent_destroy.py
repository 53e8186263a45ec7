"""Data without prevent_destroy

Why: a bucket, a shared file system or a registry holds what no apply brings back; a changed
    zone or name replaces it, and the plan says so in one line of many.
Fix: set `lifecycle.prevent_destroy` to true.

Bad (terraform):
    {"resource": {"alicloud_nas_file_system": {"models": {"storage_type": "Performance"}}}}
Good (terraform):
    {"resource": {"alicloud_nas_file_system": {"models": {"lifecycle": {"prevent_destroy": true}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource


@rule(Severity.HIGH, judges=Resource, types=fields.DATA)
def check(data: Resource, fleet: Fleet) -> Iterator[Fault]:
    """No `prevent_destroy`. Terraform takes literals only there, so nothing is unknown."""
    if not fields.keeps(data):
        message = f"nothing keeps a plan from destroying the {fields.word_for(data.type)}"
        yield Fault(message, ("lifecycle", "prevent_destroy"))
