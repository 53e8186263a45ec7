"""A fleet on Alibaba Cloud, and the Terraform JSON of its layers, for tests."""

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
    "card": "L20-48G",
    "cards_per_node": 8,
    "nodes": {"desired": 24},
    "instance_types": ["ecs.gn8is-8x.32xlarge", "ecs.ebmgn8is.32xlarge"],
}


def fleet(
    *,
    pool: Mapping[str, Any] | None = None,
    cloud: Mapping[str, Any] | None = None,
    sharing: Any = None,
    kubernetes: str = "1.34",
) -> Environment:
    """One cluster `infer` with one pool `l20`; `pool` and `cloud` say what is otherwise."""
    cluster = {
        "cloud": {
            "provider": "alicloud",
            "region": "cn-beijing",
            "zones": ["cn-beijing-l", "cn-beijing-k"],
            **(cloud or {}),
        },
        "kubernetes": kubernetes,
        "sharing": {"mode": "hami"} if sharing is None else sharing,
        "pools": {"l20": {**POOL, **(pool or {})}},
    }
    found = {"name": "fleet", "clusters": {"infer": cluster}}
    return msgspec.convert(found, Environment, dec_hook=decode)


def order(environment: Environment) -> Order:
    """What the app is asked for."""
    return Order(
        environment=environment, demand=Demand(), state=Path("/states"), charts="repository"
    )


def stacks(environment: Environment) -> dict[str, Body]:
    """The Terraform JSON of each layer, by layer, without the engine's notes."""
    return {
        name.removeprefix("fleet-infer-"): synthesized.readable(stack)
        for name, stack in synthesized.stacks(order(environment)).items()
    }


def layer(environment: Environment, name: Layer) -> Body:
    """One of them, built alone."""
    found: Body = synthesized.readable(synthesized.layer(order(environment), "infer", name))
    return found


def of(stack: Body, kind: str) -> dict[str, Body]:
    """The resources of a kind, its name without the provider's prefix; none where none is."""
    found: dict[str, Body] = stack["resource"].get(f"alicloud_{kind}", {})
    return found


def node_pool(environment: Environment) -> Body:
    """The pool `l20`."""
    return of(layer(environment, "cluster"), "cs_kubernetes_node_pool")["pool-l20"]


def control_plane(environment: Environment) -> Body:
    """The control plane."""
    return of(layer(environment, "cluster"), "cs_managed_kubernetes")["cluster"]


def labels(pool: Body) -> dict[str, str]:
    """The labels of a pool, which are a list of keys and values."""
    return {label["key"]: label["value"] for label in pool["labels"]}
