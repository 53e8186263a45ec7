"""The cloud of a cluster that is on Volcano Engine, typed as such."""

from __future__ import annotations

from environments.model import Environment, Volcengine


def on_volcengine(environment: Environment, cluster: str) -> Volcengine:
    """The words about the cloud; a bug where the cluster is on another."""
    cloud = environment.clusters[cluster].cloud
    if not isinstance(cloud, Volcengine):
        raise TypeError(f"this is a bug: {cluster} is not on Volcano Engine")
    return cloud
