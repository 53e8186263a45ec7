"""TKE endpoint that may be made before any node

Why: TKE opens an endpoint only when the cluster has a node; made first it waits and fails,
    half made.
Fix: let it `depends_on` a node pool of the cluster.

Bad (terraform):
    {"resource": {
      "tencentcloud_kubernetes_cluster_endpoint": {"infer": {"cluster_intranet": true}},
      "tencentcloud_kubernetes_node_pool": {"l20": {"deletion_protection": true}}}}
Good (terraform):
    {"resource": {
      "tencentcloud_kubernetes_cluster_endpoint": {"infer": {"cluster_intranet": true,
        "depends_on": ["tencentcloud_kubernetes_node_pool.l20"]}},
      "tencentcloud_kubernetes_node_pool": {"l20": {"deletion_protection": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import sequence


@rule(Severity.MEDIUM, judges=Resource, types=("tencentcloud_kubernetes_cluster_endpoint",))
def check(endpoint: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The stack makes pools, and the endpoint waits for none of them."""
    pools = {
        f"{pool.type}.{pool.name}"
        for pool in fleet.resources(fields.TKE, fields.TKE_NATIVE)
        if pool.module is endpoint.module
    }
    waits_for = {str(one).partition("[")[0] for one in sequence(endpoint.body, "depends_on")}
    if pools and not pools & waits_for:
        yield Fault("the endpoint waits for no node pool", ("depends_on",))
