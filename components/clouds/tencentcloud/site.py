"""What do all parts of a cluster at Tencent Cloud need to know about it?"""

from __future__ import annotations

from dataclasses import dataclass

from components.clouds.handover import Network
from environments.model import Cluster, Environment, Pool, Tencentcloud


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the things around a cluster are put."""

    environment: Environment
    cluster: str
    vpc: str
    subnet: str
    """Of nodes, in the first zone."""

    @property
    def cloud(self) -> Tencentcloud:
        """What the environment says of the cloud."""
        return cloud_of(self.environment, self.cluster)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A control plane, for the pools that join it."""

    environment: Environment
    name: str
    """The cluster's, in the environment."""
    id: str
    """The control plane's, at the cloud."""
    network: Network
    key: str
    """The key pair that the machines trust."""

    @property
    def cluster(self) -> Cluster:
        """What the environment says of the cluster."""
        return self.environment.clusters[self.name]

    @property
    def cloud(self) -> Tencentcloud:
        """What the environment says of the cloud."""
        return cloud_of(self.environment, self.name)

    def zones(self, pool: Pool) -> list[str]:
        """Where the pool's machines stand, in order of preference; RDMA knows but one zone."""
        found = self.cluster.zones_of(pool)
        return found[:1] if pool.rdma else found


def cloud_of(environment: Environment, cluster: str) -> Tencentcloud:
    """What the environment says of a cluster's cloud."""
    cloud = environment.clusters[cluster].cloud
    if not isinstance(cloud, Tencentcloud):
        raise TypeError(f"this is a bug: {cluster} is not on Tencent Cloud")
    return cloud
