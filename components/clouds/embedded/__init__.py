"""The twin's cloud: local control planes, simulated nodes with the fleet's own cards.

It keeps the same promise as the others, so stacks do not know that they deploy
to a twin. Its control planes are started by a command (`components.controlplane`)
before Terraform runs; its node pools are applied by Terraform like any other.
"""

from __future__ import annotations

from components.addon import Addon
from components.clouds.embedded import node_pool
from environments.model import Environment


class EmbeddedCloud:
    """A cluster on a local control plane."""

    @staticmethod
    def network(environment: Environment, cluster: str) -> tuple[Addon, ...] | None:
        """Everything is on the loopback interface."""

    @staticmethod
    def cluster(environment: Environment, cluster: str) -> tuple[Addon, ...] | None:
        """One addon per pool: its nodes, and their cards."""
        pools = environment.clusters[cluster].pools
        return tuple(node_pool.nodes(environment, cluster, pool) for pool in pools)
