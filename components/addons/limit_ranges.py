"""What a tenant's container asks of its node when it does not say.

Requests only. A default *limit* would refuse every container that asks for more
memory than the default and sets no limit of its own; and a quota on requests
needs each container to have one, which the default provides.
"""

from __future__ import annotations

from components import amounts
from components.addon import Addon, Manifest
from components.addons.metadata import metadata
from environments.demand import Demand
from environments.model import Environment, Tenant


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """One per tenant of the cluster."""
    tenants = environment.tenants_of(cluster_name).items()
    return Addon(
        name="limit-ranges", manifests=tuple(_limits(name, tenant) for name, tenant in tenants)
    )


def _limits(name: str, tenant: Tenant) -> Manifest:
    defaults = tenant.container_defaults
    request = {"cpu": amounts.cpu(defaults.cpu), "memory": amounts.memory(defaults.memory)}
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": metadata("container-defaults", namespace=name, tenant=name),
        "spec": {"limits": [{"type": "Container", "defaultRequest": request}]},
    }
