"""Cluster without deletion protection

Why: `prevent_destroy` disappears together with the block that holds it; the cloud's own
    switch is what still refuses when somebody removes the cluster from the code or clicks.
Fix: switch the protection on; it has to be applied before it protects.

Bad (terraform):
    {"resource": {"volcenginecc_vke_cluster": {"train": {"name": "train"}}}}
Good (terraform):
    {"resource": {"volcenginecc_vke_cluster": {"train": {"delete_protection_enabled": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true


@rule(Severity.HIGH, judges=Resource, types=fields.CLUSTERS)
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The cloud's switch is off or was left to its default, which is off."""
    path, value = fields.of(cluster, fields.PROTECTION)
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif not is_true(value):
        yield Fault(f"{path[-1]} is off: one call deletes the cluster", path)
