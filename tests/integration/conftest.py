"""The lab's vGPU cluster, as its in-cluster layers make it, on whatever `cluster` is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from components.addon import Addon
from components.clouds.embedded.twin import twin_of
from environments import load
from environments.demand import Demand
from environments.model import Environment
from scripts.verification import cluster as verification
from tests.integration.harness import Cluster, eventually

NAME = "slices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """A cluster with an environment on it."""

    cluster: Cluster
    environment: Environment
    demand: Demand
    addons: tuple[Addon, ...]
    name: str = NAME


@pytest.fixture(scope="module")
def fleet(cluster: Cluster) -> Iterator[Fleet]:
    """Nodes, cards, tenants, quotas and policies of the lab's cluster `slices`."""
    loaded = load.load("lab")
    environment = twin_of(loaded.environment)
    addons = verification.declared(environment, NAME, loaded.demand)
    for addon in addons:
        cluster.apply(addon.manifests)
    made = Fleet(cluster=cluster, environment=environment, demand=loaded.demand, addons=addons)
    eventually("nodes are ready and quotas are counted", lambda: _settled(made))
    yield made
    for addon in reversed(addons):
        cluster.delete(addon.manifests)


def _settled(fleet: Fleet) -> bool:
    found = verification.verify(
        verification.Target(environment=fleet.environment, name=NAME, demand=Demand()),
        fleet.cluster.kubeconfig,
    )
    return all(check.status != "fail" for check in found.checks)
