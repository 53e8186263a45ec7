"""The parts of an environment as subjects: the fleet, its clusters, pools, tenants, workloads.

Paths inside a part are the keys of its YAML, so `("nodes", "max")` of a pool is
the line that a person would change.
"""

from __future__ import annotations

from dataclasses import dataclass

from environments import model
from environments.demand import Demand
from environments.demand import Workload as Work
from policies.origin import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleetwide(Subject):
    """The whole environment; its address is the environment's name."""

    environment: model.Environment
    demand: Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Subject):
    """One cluster: `clusters.<name>`."""

    name: str
    cluster: model.Cluster
    environment: model.Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool(Subject):
    """One pool: `clusters.<cluster>.pools.<name>`."""

    cluster_name: str
    name: str
    pool: model.Pool
    cluster: model.Cluster
    environment: model.Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant(Subject):
    """One tenant: `tenants.<name>`."""

    name: str
    tenant: model.Tenant
    environment: model.Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload(Subject):
    """One service or job of the demand: `services.<name>` or `jobs.<name>`."""

    name: str
    workload: Work
    environment: model.Environment

    @property
    def cluster(self) -> model.Cluster:
        """The cluster that it is meant for."""
        return self.environment.clusters[self.workload.cluster]
