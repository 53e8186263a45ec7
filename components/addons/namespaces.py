"""A namespace for each tenant with a share of the cluster, named for the tenant.

The namespace says whose it is and which priorities its pods may carry; the
admission policies read both from it, so that they need not change with the
tenants.

Pod Security: `baseline` keeps privileged containers, host paths and the host's
network out, which is what isolation between the slices of a card rests on.
HAMi mounts its library past the pod's own volumes, so slices need nothing more.
Training over RDMA does: it pins memory (IPC_LOCK) and often runs on the host's
network. A cluster with an RDMA pool therefore only warns, and the policy
`privileged-gpu-pod` refuses there what nothing can excuse.
"""

from __future__ import annotations

from components.addon import Addon, Manifest
from components.addons.metadata import OWNER, PRIORITIES, metadata
from environments.admission.place import open_to_rdma
from environments.demand import Demand
from environments.model import Cluster, Environment, Tenant

_POD_SECURITY = "pod-security.kubernetes.io"


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """The namespaces of the cluster's tenants."""
    cluster = environment.clusters[cluster_name]
    tenants = environment.tenants_of(cluster_name).items()
    return Addon(
        name="namespaces",
        manifests=tuple(_namespace(cluster, name, tenant) for name, tenant in tenants),
    )


def _namespace(cluster: Cluster, name: str, tenant: Tenant) -> Manifest:
    level = "privileged" if open_to_rdma(cluster) else "baseline"
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(
            name,
            tenant=name,
            annotations={OWNER: tenant.owner, PRIORITIES: ",".join(tenant.priorities)},
            labels={f"{_POD_SECURITY}/enforce": level, f"{_POD_SECURITY}/warn": "baseline"},
        ),
    }
