"""Which cloud is meant, where only Alibaba Cloud can be."""

from __future__ import annotations

from environments.model import Alicloud, Environment


def on_alicloud(environment: Environment, cluster: str) -> Alicloud:
    """The cloud of a cluster that stands on Alibaba Cloud."""
    cloud = environment.clusters[cluster].cloud
    if not isinstance(cloud, Alicloud):
        raise TypeError(f"this is a bug: {cluster} is not on Alibaba Cloud")
    return cloud
