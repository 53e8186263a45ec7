"""Private clusters: the control plane and the machines exist already.

What is left to do is to tell which of the machines belong to which pool. See
`node_pool`; surprises are in the README beside it.
"""

from __future__ import annotations

from components.addon import Addon
from components.clouds.private import node_pool
from environments.model import Environment


class PrivateCloud:
    """A cluster on machines of our own."""

    @staticmethod
    def network(environment: Environment, cluster: str) -> tuple[Addon, ...] | None:
        """The network is there."""

    @staticmethod
    def cluster(environment: Environment, cluster: str) -> tuple[Addon, ...] | None:
        """Only pools: the control plane is there."""
        return (node_pool.pools(environment, cluster),)
