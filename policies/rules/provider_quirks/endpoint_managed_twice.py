"""TKE endpoint that two resources manage

Why: the cluster and the endpoint resource each have the switch; each plan of one undoes the
    other, and the address of the API server changes with it.
Fix: leave `cluster_internet` and `cluster_intranet` of the cluster out where there is an
    endpoint resource.

Bad (terraform):
    {"resource": {
      "tencentcloud_kubernetes_cluster": {"infer": {"cluster_intranet": true}},
      "tencentcloud_kubernetes_cluster_endpoint": {"infer": {
        "cluster_id": "${tencentcloud_kubernetes_cluster.infer.id}", "cluster_intranet": true}}}}
Good (terraform):
    {"resource": {
      "tencentcloud_kubernetes_cluster": {"infer": {"cluster_name": "infer"}},
      "tencentcloud_kubernetes_cluster_endpoint": {"infer": {
        "cluster_id": "${tencentcloud_kubernetes_cluster.infer.id}", "cluster_intranet": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT

ENDPOINT = "tencentcloud_kubernetes_cluster_endpoint"


@rule(Severity.MEDIUM, judges=Resource, types=("tencentcloud_kubernetes_cluster",))
def check(cluster: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A switch of the cluster beside an endpoint resource that refers to it."""
    reference = f"{cluster.type}.{cluster.name}."
    twice = any(
        endpoint.module is cluster.module and reference in str(endpoint.body.get("cluster_id"))
        for endpoint in fleet.resources(ENDPOINT)
    )
    for name in ("cluster_internet", "cluster_intranet") if twice else ():
        path, value = fields.one(cluster, (name,))
        if value is not ABSENT and not fields.ignores(cluster, path):
            yield Fault(f"{name} belongs to the endpoint resource here", path)
