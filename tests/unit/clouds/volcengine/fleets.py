"""A fleet on Volcano Engine, and the Terraform JSON of its layers, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from environments.demand import Demand
from environments.load import decode
from environments.model import Environment
from stacks.names import Layer
from stacks.request import Order
from tests import synthesized

Body = dict[str, Any]

POOL: Body = {
    "card": "H20-96G",
    "cards_per_node": 8,
    "nodes": {"desired": 4},
    "instance_types": ["ecs.ebmhpcpni3l.48xlarge"],
}


def fleet(
    *,
    pool: Mapping[str, Any] | None = None,
    cloud: Mapping[str, Any] | None = None,
    sharing: Any = "none",
    kubernetes: str = "1.32",
) -> Environment:
    """One cluster `train` with one pool `h20`; `pool` and `cloud` say what is otherwise."""
    cluster = {
        "cloud": {
            "provider": "volcengine",
            "region": "cn-beijing",
            "zones": ["cn-beijing-a", "cn-beijing-b"],
            **(cloud or {}),
        },
        "kubernetes": kubernetes,
        "sharing": sharing,
        "pools": {"h20": {**POOL, **(pool or {})}},
    }
    found = {"name": "fleet", "clusters": {"train": cluster}}
    return msgspec.convert(found, Environment, dec_hook=decode)


def order(environment: Environment) -> Order:
    """What the app is asked for."""
    return Order(environment=environment, demand=Demand(), state=Path("/states"))


def stacks(environment: Environment) -> dict[str, Body]:
    """The Terraform JSON of each layer, by layer, without the engine's notes."""
    return {
        name.removeprefix("fleet-train-"): synthesized.readable(stack)
        for name, stack in synthesized.stacks(order(environment)).items()
    }


def layer(environment: Environment, name: Layer) -> Body:
    """One of them, built alone."""
    found: Body = synthesized.readable(synthesized.layer(order(environment), "train", name))
    return found


def node_pool(environment: Environment) -> Body:
    """The pool `h20`."""
    pool: Body = layer(environment, "cluster")["resource"]["volcenginecc_vke_node_pool"]["pool-h20"]
    return pool


def control_plane(environment: Environment) -> Body:
    """The control plane."""
    plane: Body = layer(environment, "cluster")["resource"]["volcenginecc_vke_cluster"]["cluster"]
    return plane
