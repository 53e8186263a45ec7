"""API server open to the internet

Why: whoever finds a leaked kubeconfig, or the next flaw of the API server, is in; ACK opens
    the endpoint unless told not to, and on VKE switching it on or off later may replace
    the cluster.
Fix: use the private endpoint; on TKE an endpoint with a security group of your own networks
    will do.

Bad (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"name": "infer"}}}}
Good (terraform):
    {"resource": {"alicloud_cs_managed_kubernetes": {"infer": {"slb_internet_enabled": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Path, Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_true

SWITCHES: fields.Fields = {
    "volcengine_vke_cluster": ("cluster_config", "api_server_public_access_enabled"),
    "volcenginecc_vke_cluster": ("cluster_config", "api_server_public_access_enabled"),
    "tencentcloud_kubernetes_cluster": ("cluster_internet",),
    "tencentcloud_kubernetes_cluster_endpoint": ("cluster_internet",),
    "alicloud_cs_managed_kubernetes": ("slb_internet_enabled",),
}
ON_BY_DEFAULT = {"alicloud_cs_managed_kubernetes"}


@rule(Severity.HIGH, judges=Resource, types=tuple(SWITCHES))
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The public endpoint is on and nothing says who may reach it."""
    path, value = fields.of(cluster, SWITCHES)
    on = cluster.type in ON_BY_DEFAULT if value is ABSENT else is_true(value)
    if value is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif on and not _limited(cluster):
        yield Fault(_said(path, written=value is not ABSENT), path)


def _limited(cluster: Resource) -> bool:
    _, group = fields.one(cluster, ("cluster_internet_security_group",))
    _, policies = fields.one(cluster, ("managed_cluster_internet_security_policies",))
    networks = policies if isinstance(policies, list) else []
    listed = policies is UNKNOWN or (networks and "0.0.0.0/0" not in networks)
    return group is not ABSENT or bool(listed)


def _said(path: Path, *, written: bool) -> str:
    how = "on" if written else "on unless it is switched off"
    return f"{path[-1]} is {how}: everybody reaches the API server"
