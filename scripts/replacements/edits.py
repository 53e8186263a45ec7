"""Which single changes of a pool are there, and of what pool?

A small fleet for each cloud, and every key of a pool with another value. Where the
kind of change matters (the first instance type or another, a disk that grows or one
that is new) a key has several edits.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from environments.model import Environment
from environments.quantity import decode

CLUSTER = "one"
POOL = "pool"

CLOUDS: dict[str, dict[str, Any]] = {
    "volcengine": {"region": "cn-beijing", "zones": ["cn-beijing-a", "cn-beijing-b"]},
    "tencentcloud": {"region": "ap-shanghai", "zones": ["ap-shanghai-4", "ap-shanghai-5"]},
    "alicloud": {"region": "cn-beijing", "zones": ["cn-beijing-l", "cn-beijing-k"]},
    "private": {"kubeconfig_env": "ONE_KUBECONFIG"},
}
TYPES: dict[str, Mapping[str, list[str]]] = {
    "volcengine": {
        "base": ["ecs.ebmhpcpni3l.48xlarge"],
        "first": ["ecs.hpcpni3ln.45xlarge", "ecs.ebmhpcpni3l.48xlarge"],
        "more": ["ecs.ebmhpcpni3l.48xlarge", "ecs.hpcpni3ln.45xlarge"],
        "other": ["ecs.ebmhpcpni2l.32xlarge"],
    },
    "tencentcloud": {
        "base": ["HCCPNV6.96XLARGE2304"],
        "first": ["PNV6.96XLARGE2304", "HCCPNV6.96XLARGE2304"],
        "more": ["HCCPNV6.96XLARGE2304", "PNV6.96XLARGE2304"],
        "other": ["GT4.41XLARGE948"],
    },
    "alicloud": {
        "base": ["ecs.ebmgn8v.48xlarge"],
        "first": ["ecs.gn8v-8x.48xlarge", "ecs.ebmgn8v.48xlarge"],
        "more": ["ecs.ebmgn8v.48xlarge", "ecs.gn8v-8x.48xlarge"],
        "other": ["ecs.ebmgn7e.32xlarge"],
    },
}
"""Types with eight H20-96G that can be joined by RDMA, and a type with other cards."""
OTHER_CARD = {"volcengine": "A800-80G", "tencentcloud": "A100-40G", "alicloud": "A100-80G"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of a pool. `before` and `after` are laid over the pool of the fleet."""

    key: str
    """The key that is changed, as in the file: `disk.data`."""
    change: str
    """What is done with it, in words."""
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)


def edits(cloud: str) -> list[Edit]:
    """Every change, in the order of the model's keys."""
    zones = CLOUDS[cloud].get("zones", ["cn-beijing-a", "cn-beijing-b"])
    scaled = {"nodes": {"min": 1, "desired": 2, "max": 4}}
    return [
        Edit(key="card", change="another, with its instance types", after=_other_card(cloud)),
        Edit(key="cards_per_node", change="another number", after={"cards_per_node": 4}),
        Edit(key="nodes.desired", change="more or fewer", after={"nodes": {"desired": 3}}),
        Edit(
            key="nodes.desired",
            change="more or fewer, where an autoscaler owns it",
            before=scaled,
            after={"nodes": {"min": 1, "desired": 3, "max": 4}},
        ),
        Edit(
            key="nodes.min",
            change="another",
            before=scaled,
            after={"nodes": {"min": 0, "desired": 2, "max": 4}},
        ),
        Edit(
            key="nodes.max",
            change="another",
            before=scaled,
            after={"nodes": {"min": 1, "desired": 2, "max": 6}},
        ),
        Edit(key="nodes.max", change="given for the first time", after=scaled),
        Edit(key="machine", change="another", after=_machine("64", "512Gi")),
        *_instance_types(cloud),
        Edit(key="unlisted", change="turned on", after={"unlisted": True}),
        Edit(key="zones", change="fewer", after={"zones": zones[:1]}),
        Edit(key="zones", change="more", before={"zones": zones[:1]}, after={"zones": zones}),
        Edit(key="selector", change="another label", after={"selector": {"model": "b"}}),
        Edit(key="hosts", change="one more", after={"hosts": ["gpu-1", "gpu-2"]}),
        Edit(key="rdma", change="turned on", after={"rdma": True}),
        Edit(key="spot", change="turned on", after={"spot": True}),
        Edit(key="disk.system", change="larger", after=_disk("300Gi", "500Gi")),
        Edit(key="disk.data", change="larger", after=_disk("200Gi", "1000Gi")),
        Edit(
            key="disk.data",
            change="given for the first time",
            before={"disk": {"system": "200Gi"}},
            after=_disk("200Gi", "500Gi"),
        ),
        Edit(key="driver", change="given for the first time", after={"driver": "550.144.03"}),
        Edit(
            key="driver",
            change="another",
            before={"driver": "535.161.08"},
            after={"driver": "550.144.03"},
        ),
        Edit(key="scripts.before", change="another", after={"scripts": {"before": "true"}}),
        Edit(key="scripts.after", change="another", after={"scripts": {"after": "true"}}),
        Edit(key="cordon", change="turned off", after={"cordon": False}),
        Edit(key="on_delete", change="keep", after={"on_delete": "keep"}),
        Edit(key="generation", change="another", after={"generation": "v2"}),
        Edit(key="labels", change="another", after={"labels": {"example.com/team": "b"}}),
        Edit(key="taints", change="another", after={"taints": {"example.com/new": NO_NEW}}),
    ]


NO_NEW = {"effect": "NoSchedule"}


def _machine(cpu: str, memory: str) -> dict[str, Any]:
    return {"machine": {"cpu": cpu, "memory": memory}}


def _disk(system: str, data: str) -> dict[str, Any]:
    return {"disk": {"system": system, "data": data}}


def _other_card(cloud: str) -> dict[str, Any]:
    if cloud == "private":
        return {"card": "A100-80G"}
    return {"card": OTHER_CARD[cloud], "instance_types": TYPES[cloud]["other"]}


def _instance_types(cloud: str) -> list[Edit]:
    changes = {"first": "another first one", "more": "one more behind"}
    return [
        Edit(
            key="instance_types",
            change=words,
            after={"instance_types": TYPES[cloud][kind] if cloud in TYPES else ["x"]},
        )
        for kind, words in changes.items()
    ]


def fleet(cloud: str, pools: Mapping[str, Mapping[str, Any]]) -> Environment:
    """A fleet on the cloud of these pools, by name: the changes that are laid over a usual one.

    Perhaps not a valid one.
    """
    cluster = {
        "cloud": {"provider": cloud, **CLOUDS[cloud]},
        "kubernetes": "1.34",
        "sharing": {"mode": "hami", "split": 10},
        "pools": {name: _pool(cloud, changes) for name, changes in pools.items()},
    }
    data = {"name": "map", "clusters": {CLUSTER: cluster}}
    return msgspec.convert(data, Environment, dec_hook=decode)


def _pool(cloud: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    pool: dict[str, Any] = {
        "card": "H20-96G",
        "cards_per_node": 8,
        "nodes": {"desired": 2},
        **_machine("96", "512Gi"),
        "labels": {"example.com/team": "a"},
    }
    if cloud == "private":
        pool |= {"selector": {"model": "a"}, "hosts": ["gpu-1"]}
    else:
        pool |= {"instance_types": TYPES[cloud]["base"], **_disk("200Gi", "500Gi")}
    return pool | copy.deepcopy(dict(changes))
