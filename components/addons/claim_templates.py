"""A ResourceClaimTemplate for each thing that a tenant's workloads ask of cards.

In `dra` mode users name them in their pods; on a twin the translation does, and
cannot make one itself. What a template says is in its name, so a template never
changes: Kubernetes would refuse to.
"""

from __future__ import annotations

from typing import Any

from components import amounts
from components.addon import Addon, Manifest
from components.addons.metadata import metadata
from components.addons.slices import DEVICE_CLASS, Profile, profiles
from environments.demand import Demand
from environments.model import Environment

_REQUEST = "vgpu"


def addon(environment: Environment, cluster_name: str, demand: Demand) -> Addon:
    """One per tenant and profile of the demand."""
    return Addon(
        name="claim-templates",
        manifests=tuple(
            template(tenant, profile)
            for tenant in environment.tenants_of(cluster_name)
            for profile in profiles(demand, cluster_name, tenant)
        ),
    )


def template(tenant: str, profile: Profile) -> Manifest:
    """The template of one profile in the tenant's namespace."""
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": metadata(profile.template, namespace=tenant, tenant=tenant),
        "spec": {"spec": {"devices": _devices(profile)}},
    }


def _devices(profile: Profile) -> dict[str, Any]:
    exactly = {
        "deviceClassName": DEVICE_CLASS,
        "allocationMode": "ExactCount",
        "count": profile.cards,
        "capacity": {"requests": _capacity(profile)},
    }
    devices: dict[str, Any] = {"requests": [{"name": _REQUEST, "exactly": exactly}]}
    if profile.cards > 1:
        # Without it, all slices of one pod may be cut from the same card.
        apart = {"requests": [_REQUEST], "distinctAttribute": f"{DEVICE_CLASS}/uuid"}
        devices["constraints"] = [apart]
    return devices


def _capacity(profile: Profile) -> dict[str, str]:
    cores = {"cores": amounts.count(profile.cores)}
    if profile.memory_mib is None:
        # Left out, a card gives its default: all of it, whichever card it is.
        return cores
    return {"memory": amounts.mebibytes(profile.memory_mib), **cores}
