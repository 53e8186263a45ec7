"""Cluster that leaves paid resources behind

Why: what a cluster made (load balancers, disks, log projects) stays when it is destroyed
    unless the deletion was told otherwise beforehand, and is billed on.
Fix: write the delete options and apply them before a destroy: `delete` for what is only
    the cluster's, `retain` for what is shared.

Bad (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"deletion_protection": true}}}}
Good (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"deletion_protection": true,
      "delete_options": [{"resource_type": "SLB", "delete_mode": "delete"}]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN

OPTIONS: fields.Fields = {
    "alicloud_cs_managed_kubernetes": ("delete_options",),
    "tencentcloud_kubernetes_cluster": ("resource_delete_options",),
}


@rule(Severity.LOW, judges=Resource, types=tuple(OPTIONS))
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """No delete options at all."""
    path, options = fields.of(cluster, OPTIONS)
    if options is UNKNOWN:
        yield Fault(f"{path[-1]} are known after an apply only", path, "unknown")
    elif options is ABSENT:
        yield Fault(f"no {path[-1]}: a destroy leaves load balancers and disks behind", path)
