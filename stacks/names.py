"""Which stacks does an environment have, in what order, and what is in them?

One Terraform state per cluster and layer, named `<environment>-<cluster>-<layer>`.
Answered from the environment alone, without the engine, so that commands which
only need the names or the contents start at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from components import addons, clouds
from components.addon import Addon, identity
from environments.demand import Demand
from environments.model import Environment

Layer = Literal["network", "cluster", "device", "tenancy"]

LAYERS: tuple[Layer, ...] = get_args(Layer)
"""In the order of deployment: each layer of a cluster builds on those before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackName:
    """One stack: also its directory below `cdktf.out/stacks`."""

    environment: str
    cluster: str
    layer: Layer

    def __str__(self) -> str:
        return f"{self.environment}-{self.cluster}-{self.layer}"

    def state(self, directory: Path) -> Path:
        """The Terraform state below the environment's directory of states."""
        return directory / self.cluster / f"{self.layer}.tfstate"


def order(environment: Environment) -> tuple[StackName, ...]:
    """All stacks, each after those that it builds on."""
    return tuple(
        StackName(environment=environment.name, cluster=cluster, layer=layer)
        for cluster in environment.clusters
        for layer in LAYERS
        if _exists(environment, cluster, layer)
    )


def contents(environment: Environment, demand: Demand, stack: StackName) -> tuple[Addon, ...]:
    """The addons of a stack, in the order in which they build on each other."""
    cluster = stack.cluster
    match stack.layer:
        case "network" | "cluster":
            found = clouds.layer(environment, cluster, stack.layer) or ()
        case "device":
            found = addons.device(environment, cluster, demand)
        case "tenancy":
            found = addons.tenancy(environment, cluster, demand)
    _refuse_twins(stack, found)
    return found


def kubeconfig_variable(cluster: str) -> str:
    """The Terraform variable that takes the path of the cluster's kubeconfig."""
    return f"kubeconfig_{cluster.replace('-', '_')}"


def _exists(environment: Environment, cluster: str, layer: Layer) -> bool:
    match layer:
        case "network" | "cluster":
            return clouds.layer(environment, cluster, layer) is not None
        case "device" | "tenancy":
            return True


def _refuse_twins(stack: StackName, found: tuple[Addon, ...]) -> None:
    # The engine would merge two resources of one address, and say nothing.
    seen: set[str] = set()
    for addon in found:
        for name in map(identity, addon.manifests):
            if name in seen:
                raise AssertionError(f"this is a bug: {name} is twice in {stack}")
            seen.add(name)
