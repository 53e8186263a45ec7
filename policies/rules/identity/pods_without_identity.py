"""Cluster whose pods have no cloud identity of their own

Why: without RRSA or IRSA a pod that reads a bucket uses a key that somebody made once, or
    the machine's role, which every other pod on the machine may use as well.
Fix: switch it on; on ACK it cannot be switched off again, which is no loss.

Bad (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"enable_rrsa": false}}}}
Good (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"enable_rrsa": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true

SWITCHES: fields.Fields = {
    "volcengine_vke_cluster": ("irsa_enabled",),
    "volcenginecc_vke_cluster": ("irsa_config", "enabled"),
    "tencentcloud_kubernetes_cluster": ("auth_options", "use_tke_default"),
    "alicloud_cs_managed_kubernetes": ("enable_rrsa",),
}
TKE_ATTACHED = "tencentcloud_kubernetes_auth_attachment"
"""Says for a cluster of TKE what its `auth_options` would."""


@rule(Severity.LOW, judges=Resource, types=tuple(SWITCHES))
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The switch is off, or was left to its default, which is off."""
    path, value = fields.of(cluster, SWITCHES)
    if _attached(cluster, fleet):
        return
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif not is_true(value):
        yield Fault("pods share keys or the machine's role", path)


def _attached(cluster: Resource, fleet: Fleet) -> bool:
    """Whether a resource of its own in the same module switches it on."""
    return any(
        is_true(other.body.get("use_tke_default"))
        and f"{cluster.type}.{cluster.name}." in str(other.body.get("cluster_id"))
        for other in fleet.resources(TKE_ATTACHED)
        if other.module is cluster.module
    )
