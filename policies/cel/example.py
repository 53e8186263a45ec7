"""Where the examples of policies take place: a small fleet with a cluster of each kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from environments import keys
from environments.admission.place import Place
from environments.admission.policy import Policy
from environments.model import Environment
from environments.quantity import decode

CLUSTERS = {"none": "train", "hami": "infer", "dra": "claims"}
"""The cluster of each way of sharing."""

_PLAIN = re.compile(r"[A-Za-z/][\w./-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def place(policy: Policy) -> Place:
    """A cluster of the small fleet in which the policy holds."""
    for mode in ("hami", "none", "dra"):
        if mode in policy.modes:
            return Place(environment=fleet(), cluster_name=CLUSTERS[mode])
    raise AssertionError(f"this is a bug: {policy.name} holds nowhere")


@cache
def fleet() -> Environment:
    """A GPU cluster with RDMA, a vGPU cluster, and one shared by claims."""
    pool = {
        "card": "H20-96G",
        "cards_per_node": 8,
        "nodes": {"desired": 2},
        "machine": {"cpu": "96", "memory": "1Ti"},
        "rdma": True,
    }
    cluster = {
        "cloud": {"provider": "private", "kubeconfig_env": "KUBECONFIG"},
        "kubernetes": "1.36",
        "pools": {"h20": pool},
    }
    sharing: dict[str, Any] = {"none": "none", "hami": {"mode": "hami"}, "dra": {"mode": "dra"}}
    return msgspec.convert(
        {
            "name": "example",
            "clusters": {name: {**cluster, "sharing": sharing[m]} for m, name in CLUSTERS.items()},
            "priorities": {
                "serving": {"value": 1000, "description": "Services."},
                "batch": {"value": 1, "description": "The rest."},
            },
            "tenants": {
                "search": {
                    "owner": "search-platform",
                    "priorities": ["serving"],
                    "clusters": {name: {"quota": {}} for name in CLUSTERS.values()},
                }
            },
        },
        Environment,
        dec_hook=decode,
    )


def namespace(place: Place) -> dict[str, Any]:
    """The namespace of the place's tenant, as the tenancy layer makes it."""
    tenant = place.environment.tenants[place.tenant]
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": place.tenant,
            "labels": {keys.TENANT: place.tenant},
            "annotations": {keys.PRIORITIES: ",".join(tenant.priorities)},
        },
    }


def yaml(value: Any) -> str:
    """A manifest as a person would write it; loading a YAML library for that takes too long."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [line for key, inner in value.items() for line in _entry(key, inner)]
    if isinstance(value, list) and value:
        items = [_lines(inner) for inner in value]
        return [f"{'  ' if at else '- '}{line}" for item in items for at, line in enumerate(item)]
    return [_scalar(value)]


def _entry(key: str, value: Any) -> list[str]:
    lines = _lines(value)
    if isinstance(value, Mapping | list) and value:
        return [f"{key}:", *(f"  {line}" for line in lines)]
    return [f"{key}: {lines[0]}"]


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return json.dumps(value)
