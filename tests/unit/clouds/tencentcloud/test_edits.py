"""What edits do to a cluster that stands, as the real provider plans them.

Needs the provider in a filesystem mirror, named by `FLEET_PROVIDER_MIRROR`. This is
what no schema says: which of our guards hold. A few plans, for they decide whether
forty machines stay. Each edit has a pool of its own, and one plan is for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from environments.model import Environment
from tests.standing import Standing
from tests.unit.clouds.tencentcloud.fleets import ZONES, cluster, fleet

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
HELD = bool(MIRROR) and bool(list(Path(MIRROR).glob("*/tencentcloudstack/tencentcloud/1.83.25/*")))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not HELD, reason="FLEET_PROVIDER_MIRROR names no folder with tencentcloud 1.83.25"
    ),
]

POOL: Mapping[str, Any] = {"driver": "535.216.01", "disk": {"system": "200Gi", "data": "2Ti"}}

SET_ONCE: Mapping[str, Mapping[str, Any]] = {
    "cordon": {"cordon": False},
    "size-that-an-autoscaler-owns": {"nodes": {"min": 24, "desired": 41, "max": 48}},
}
IN_PLACE: Mapping[str, Mapping[str, Any]] = {
    "bounds": {"nodes": {"min": 24, "desired": 40, "max": 50}},
    "labels": {"labels": {"team": "search"}},
    "taints": {"taints": {"team": {"effect": "NoSchedule"}}},
    "on-delete": {"on_delete": "keep"},
    "types-behind-the-first": {"instance_types": ["GN10Xp.20XLARGE320"]},
    "scripts": {"scripts": {"before": "true", "after": "true"}},
    "system-disk": {"disk": {"system": "300Gi", "data": "2Ti"}},
}
ANOTHER_POOL: Mapping[str, Mapping[str, Any]] = {
    "driver": {"driver": "550.144.03"},
    "no-driver": {"driver": None},
    "zones": {"zones": ["ap-shanghai-4"]},
    "generation": {"generation": "v2"},
    "spot": {"spot": True},
    "first-type": {"instance_types": ["GN10X.18XLARGE320"]},
    "data-disk": {"disk": {"system": "200Gi", "data": "3Ti"}},
}
EDITS = {**SET_ONCE, **IN_PLACE, **ANOTHER_POOL}


def before(**other: Any) -> Environment:
    """A pool for each edit, all alike."""
    return fleet(pool=POOL, beside=dict.fromkeys(EDITS, POOL), **other)


def stands(environment: Environment, folder: Path) -> Standing:
    return Standing.of(
        cluster(environment), folder, mirror=MIRROR, cloud="tencentcloud", zones=ZONES
    )


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    return stands(before(), tmp_path_factory.mktemp("standing"))


@pytest.fixture(scope="module")
def changes(standing: Standing) -> dict[str, list[str]]:
    """What Terraform would do once every pool has had its edit."""
    edited = {name: {**POOL, **edit} for name, edit in EDITS.items()}
    return standing.edited(cluster(fleet(pool=POOL, beside=edited)))


def of(changes: Mapping[str, list[str]], pool: str) -> dict[str, list[str]]:
    return {
        kind: actions
        for kind, name in (
            ("tencentcloud_kubernetes_node_pool", f"tencentcloud_kubernetes_node_pool.pool-{pool}"),
            ("terraform_data", f"terraform_data.pool-{pool}-lasting"),
        )
        if (actions := changes.get(name)) is not None
    }


def test_without_an_edit_nothing_happens(standing: Standing) -> None:
    assert standing.edited(cluster(before())) == {}


@pytest.mark.parametrize("edit", SET_ONCE)
def test_what_is_set_once_is_left_alone(changes: dict[str, list[str]], edit: str) -> None:
    assert of(changes, edit) == {}


@pytest.mark.parametrize("edit", IN_PLACE)
def test_what_can_be_changed_keeps_the_pool(changes: dict[str, list[str]], edit: str) -> None:
    assert of(changes, edit) == {"tencentcloud_kubernetes_node_pool": ["update"]}


@pytest.mark.parametrize("edit", ANOTHER_POOL)
def test_what_lasts_makes_another_pool_before_this_one_goes(
    changes: dict[str, list[str]], edit: str
) -> None:
    assert of(changes, edit) == {
        "tencentcloud_kubernetes_node_pool": ["create", "delete"],
        "terraform_data": ["update"],
    }


def test_an_edit_touches_nothing_but_its_pool(changes: dict[str, list[str]]) -> None:
    theirs = {name for name in changes if "pool-" in name and "pool-v100" not in name}

    assert set(changes) == theirs - {"tencentcloud_kubernetes_node_pool.system-pool"}


def test_what_the_cloud_reads_back_otherwise_replaces_nothing(tmp_path: Path) -> None:
    """Lists in its own order, its own additions, and what a person did in the console."""
    drifted = stands(fleet(pool=POOL), tmp_path)
    drifted.drift(
        "tencentcloud_kubernetes_node_pool.pool-v100",
        subnet_ids=["made-up-b", "made-up-a"],
        zones=["ap-shanghai-5"],
        tags={"tencentcloud:tke": "yes"},
        unschedulable=0,
        desired_capacity=47,
        node_os="tlinux3.1x86_64",
        node_os_type="GENERAL",
        retry_policy="IMMEDIATE_RETRY",
        auto_scaling_config={
            "instance_type": "GN10X.18XLARGE320",
            "enhanced_monitor_service": False,
        },
        node_config={"docker_graph_path": "/var/lib/docker", "is_schedule": False},
    )
    drifted.drift(
        "tencentcloud_kubernetes_cluster.cluster",
        cluster_cidr="10.0.0.0/12",
        cluster_max_pod_num=256,
        cluster_max_service_num=1024,
        cluster_os="tlinux3.1x86_64",
        disable_addons=[],
        auth_options=[
            {
                "auto_create_discovery_anonymous_auth": False,
                "issuer": "https://ap-shanghai-oidc.tke.tencentcs.com/id/made-up",
                "jwks_uri": "https://ap-shanghai-oidc.tke.tencentcs.com/id/made-up/openid/v1/jwks",
                "use_tke_default": True,
            }
        ],
    )

    assert drifted.edited(cluster(fleet(pool=POOL))) == {}


def test_a_cluster_is_upgraded_unprotected_and_opened_in_place(standing: Standing) -> None:
    api = {"public": True, "allow": ["203.0.113.0/24"]}
    later = before(kubernetes="1.34", cloud={"api": api, "protected": False})

    changes = standing.edited(cluster(later))

    assert changes["tencentcloud_kubernetes_cluster.cluster"] == ["update"]
    assert changes["tencentcloud_kubernetes_cluster_endpoint.endpoint"] == ["update"]
    assert changes["tencentcloud_kubernetes_node_pool.pool-v100"] == ["update"]
    assert {tuple(actions) for actions in changes.values()} == {("update",), ("create",)}


def test_a_plan_that_would_make_another_cluster_is_refused(standing: Standing) -> None:
    other = {"network": {"services": "172.21.0.0/18"}}

    with pytest.raises(RuntimeError, match="Instance cannot be destroyed"):
        standing.edited(cluster(before(cloud=other)))
