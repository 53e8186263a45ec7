"""Fleets of any size, as environment files: public clouds in turn, twenty pools a cluster."""

from __future__ import annotations

from typing import Any

import yaml

POOLS = 20
TENANTS = 10

CLOUDS: list[dict[str, Any]] = [
    {"provider": "volcengine", "region": "cn-beijing", "zones": ["cn-beijing-a", "cn-beijing-b"]},
    {
        "provider": "tencentcloud",
        "region": "ap-shanghai",
        "zones": ["ap-shanghai-4", "ap-shanghai-5"],
    },
    {"provider": "alicloud", "region": "cn-beijing", "zones": ["cn-beijing-k", "cn-beijing-l"]},
]
MACHINES: dict[str, dict[str, Any]] = {
    "volcengine": {
        "card": "H20-96G",
        "cards_per_node": 8,
        "instance_types": ["ecs.ebmhpcpni3l.48xlarge"],
    },
    "tencentcloud": {
        "card": "V100-32G",
        "cards_per_node": 8,
        "instance_types": ["GN10Xp.20XLARGE320", "GN10X.18XLARGE320"],
    },
    "alicloud": {
        "card": "A10-24G",
        "cards_per_node": 4,
        "instance_types": ["ecs.gn7i-c32g1.32xlarge"],
    },
}


def fleet(clusters: int) -> str:
    """The environment file of a fleet with so many clusters."""
    names = [f"infer-{index:02d}" for index in range(clusters)]
    share = {"quota": {"slices": 100, "gpu_memory": "1Ti", "gpu_cores": 1000}}
    described = {
        "name": f"made-{clusters}",
        "clusters": {name: _cluster(index) for index, name in enumerate(names)},
        "priorities": {"serving": {"value": 1000, "description": "Services."}},
        "tenants": {
            f"team-{index:02d}": {
                "owner": "team",
                "priorities": ["serving"],
                "clusters": dict.fromkeys(names, share),
            }
            for index in range(TENANTS)
        },
    }
    return yaml.safe_dump(described, sort_keys=False, width=1000)


def _cluster(index: int) -> dict[str, Any]:
    cloud = CLOUDS[index % len(CLOUDS)]
    pool = {
        **MACHINES[cloud["provider"]],
        "nodes": {"min": 1, "desired": 2, "max": 4},
        "disk": {"system": "200Gi", "data": "500Gi"},
    }
    return {
        "cloud": {**cloud, "registry": {}, "prometheus": True},
        "kubernetes": "1.32",
        "sharing": {"mode": "hami"},
        "pools": {f"pool-{number:02d}": pool for number in range(POOLS)},
    }
