"""What a tenant may hold in a cluster at one time, in the units of each sharing mode.

Who enforces what:

| mode | cards, slices | their memory | their cores |
|---|---|---|---|
| none | API server: `requests.nvidia.com/gpu` | - | - |
| hami | the same | HAMi: `limits.nvidia.com/gpumem` | HAMi: `limits.nvidia.com/gpucores` |
| dra | API server: devices of the DeviceClass | nobody | nobody |

HAMi counts MiB and hundredths of cores, times the cards of each pod; it ignores
`limits.nvidia.com/gpu`, and a pod with init containers can pass its check.
Kubernetes keeps HAMi's keys without looking at them. On a twin without HAMi the
API server sees claims and a GPU-memory resource instead of HAMi's keys, and the
quota says both; what it refuses of a claim shows as an event on the pod that
waits for it.
"""

from __future__ import annotations

from components import amounts
from components.addon import Addon, Manifest
from components.addons.metadata import metadata
from components.addons.slices import DEVICE_CLASS, TWIN_MEMORY, translated
from environments.demand import Demand
from environments.model import Cluster, Environment, Quota, Tenant

DEVICES = f"{DEVICE_CLASS}.deviceclass.resource.k8s.io/devices"


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """Per tenant: cards, the rest of the machines, and other tenants' priorities."""
    cluster = environment.clusters[cluster_name]
    return Addon(
        name="quotas",
        manifests=tuple(
            manifest
            for name, tenant in environment.tenants_of(cluster_name).items()
            for manifest in _of_tenant(cluster, name, tenant, tenant.clusters[cluster_name].quota)
        ),
    )


def gpu(cluster: Cluster, quota: Quota) -> dict[str, str]:
    """The cards' part of a quota: key of the API server or of HAMi -> amount."""
    slices = amounts.count(quota.slices) if quota.slices is not None else None
    memory = amounts.count(quota.gpu_memory.mib) if quota.gpu_memory is not None else None
    cores = amounts.count(quota.gpu_cores) if quota.gpu_cores is not None else None
    hard: dict[str, str | None] = {}
    match cluster.mode:
        case "none":
            cards = amounts.count(quota.cards) if quota.cards is not None else None
            hard |= {"requests.nvidia.com/gpu": cards}
        case "hami":
            hard |= {"requests.nvidia.com/gpu": slices}
            hard |= {"limits.nvidia.com/gpumem": memory, "limits.nvidia.com/gpucores": cores}
        case "dra":
            hard |= {DEVICES: slices}
    if translated(cluster):
        hard |= {DEVICES: slices, f"requests.{TWIN_MEMORY}": memory}
    return {key: amount for key, amount in hard.items() if amount is not None}


def host(quota: Quota) -> dict[str, str]:
    """The part of a quota that has nothing to do with cards."""
    hard = {
        "requests.cpu": amounts.cpu(quota.cpu) if quota.cpu is not None else None,
        "requests.memory": amounts.memory(quota.memory) if quota.memory is not None else None,
        "pods": amounts.count(quota.pods) if quota.pods is not None else None,
    }
    return {key: amount for key, amount in hard.items() if amount is not None}


def _of_tenant(cluster: Cluster, name: str, tenant: Tenant, quota: Quota) -> list[Manifest]:
    parts = {"gpu": gpu(cluster, quota), "host": host(quota)}
    found = [_quota(part, name, {"hard": hard}) for part, hard in parts.items() if hard]
    return [*found, _foreign_priorities(name, tenant)]


def _foreign_priorities(name: str, tenant: Tenant) -> Manifest:
    """No pod, with cards or without, that carries a priority of others.

    `NotIn` alone would also mean the pods that carry none.
    """
    own = {"scopeName": "PriorityClass", "operator": "NotIn", "values": list(tenant.priorities)}
    some = {"scopeName": "PriorityClass", "operator": "Exists"}
    scope = {"matchExpressions": [some, own]}
    return _quota("foreign-priorities", name, {"hard": {"pods": "0"}, "scopeSelector": scope})


def _quota(name: str, tenant: str, spec: dict[str, object]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": metadata(name, namespace=tenant, tenant=tenant),
        "spec": spec,
    }
