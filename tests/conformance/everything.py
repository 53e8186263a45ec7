"""Fleets that use every word there is, and fleets that use none: the corners of what is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from environments import invariants
from environments.demand import Demand
from environments.model import Environment
from environments.quantity import decode
from stacks.request import Order

OPEN = {"public": True, "allow": ["203.0.113.0/24", "198.51.100.7/32"]}
PLACES: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "volcengine": ("cn-beijing", ["cn-beijing-a", "cn-beijing-b"], {}),
    "tencentcloud": (
        "ap-shanghai",
        ["ap-shanghai-4", "ap-shanghai-5"],
        {"level": "L100", "api": OPEN},
    ),
    "alicloud": ("cn-beijing", ["cn-beijing-l", "cn-beijing-k"], {"spec": "ack.pro.xlarge"}),
}
MACHINES: dict[str, tuple[str, list[str]]] = {
    "volcengine": ("H20-96G", ["ecs.ebmhpcpni3l.48xlarge", "ecs.hpcpni3ln.45xlarge"]),
    "tencentcloud": ("H20-96G", ["HCCPNV6.96XLARGE2304"]),
    "alicloud": ("L20-48G", ["ecs.gn8is-8x.32xlarge", "ecs.ebmgn8is.32xlarge"]),
}
"""Machines of eight cards that can be joined by RDMA."""
CANNOT = {"volcengine": "driver", "alicloud": "on_delete"}
CANNOT_BY_RDMA = {"tencentcloud": "on_delete"}
BACKENDS: dict[str, dict[str, Any]] = {
    "volcengine": {"type": "tos", "bucket": "fleet-states", "region": "cn-beijing"},
    "tencentcloud": {"type": "cos", "bucket": "fleet-states-1250000000", "region": "ap-shanghai"},
    "alicloud": {
        "type": "oss",
        "bucket": "fleet-states",
        "region": "cn-beijing",
        "prefix": "teams/gpu",
        "lock_table": "fleet_locks",
        "lock_endpoint": "https://locks.cn-beijing.ots.aliyuncs.com",
    },
}


def nothing(provider: str, sharing: Any) -> Order:
    """Only what a file cannot do without."""
    region, zones, _ = PLACES[provider]
    cloud = {"provider": provider, "region": region, "zones": zones[:1]}
    pools = {"only": {**_machines(provider), "nodes": {"desired": 1}}}
    return _order("bare", cloud, pools, sharing, {"type": "local"})


def everything(provider: str, sharing: Any) -> Order:
    """Every word that the cloud knows, each on some pool."""
    region, zones, more = PLACES[provider]
    cloud = {
        "provider": provider,
        "region": region,
        "zones": zones,
        "quota": {MACHINES[provider][0]: 1000},
        "network": {"cidr": "10.16.0.0/13", "nodes": 23, "pods": 17, "pods_per_node": 64},
        "protected": False,
        "logs": {"days": 30, "project": "b0a1c2d3-log"},
        "registry": {"tier": "premium"},
        "buckets": {
            "checkpoints": {"name": "full-checkpoints-1250000000", "versions_days": 7},
            "models": {"name": "full-models-1250000000"},
        },
        "files": {
            "home": {"capacity": "10Ti"},
            "datasets": {"capacity": "100Ti", "kind": "parallel"},
        },
        "prometheus": True,
        **more,
    }
    return _order("full", cloud, _pools(provider, zones), sharing, BACKENDS[provider])


def _pools(provider: str, zones: list[str]) -> dict[str, Any]:
    pool = {
        **_machines(provider),
        "nodes": {"min": 1, "desired": 2, "max": 8},
        "disk": {"system": "300Gi", "data": "1Ti"},
        "driver": "535.161.08",
        "scripts": {"before": 'echo "${HOSTNAME}"', "after": "echo 100%{x}"},
        "on_delete": "keep",
        "generation": "v2",
        "labels": {"example.com/team": "a", "a": ""},
        "taints": {"example.com/new": {"effect": "NoExecute", "value": "yes"}},
    }
    pool = {key: value for key, value in pool.items() if key != CANNOT.get(provider)}
    joined = {key: value for key, value in pool.items() if key != CANNOT_BY_RDMA.get(provider)}
    return {
        "rdma": {**joined, "nodes": {"desired": 0}, "rdma": True, "zones": zones[:1]},
        "spot": {**pool, "spot": True, "cordon": False},
        "cordoned": {**pool, "cordon": True, "zones": zones[1:]},
    }


def _machines(provider: str) -> dict[str, Any]:
    card, types = MACHINES[provider]
    machine = {"cpu": 64, "memory": "256Gi"}
    return {"card": card, "cards_per_node": 8, "instance_types": types, "machine": machine}


def _order(
    name: str, cloud: dict[str, Any], pools: dict[str, Any], sharing: Any, backend: dict[str, Any]
) -> Order:
    cluster = {"cloud": cloud, "kubernetes": "1.34", "sharing": sharing, "pools": pools}
    data = {"name": name, "clusters": {"one": cluster}, "backend": backend}
    environment = msgspec.convert(data, Environment, dec_hook=decode)
    wrong = [fault.message for fault in invariants.faults(environment)]
    assert wrong == []  # else the mistake is this file's
    return Order(environment=environment, demand=Demand(), state=Path("/states"), charts=None)
