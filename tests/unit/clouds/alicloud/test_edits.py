"""What edits do to a cluster that stands, as the real provider plans them.

Needs the provider in a filesystem mirror, named by `FLEET_PROVIDER_MIRROR`. What edits
of a pool do is in the map of replacements (`tests/integration/test_replacements.py`);
here is the cluster, and what the cloud itself changes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from environments.model import Environment
from tests.standing import Standing
from tests.unit.clouds.alicloud import fleets
from tests.unit.clouds.alicloud.fleets import fleet

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
HELD = bool(MIRROR) and bool(list(Path(MIRROR).glob("*/aliyun/alicloud/1.289.0/*")))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not HELD, reason="FLEET_PROVIDER_MIRROR names no folder with alicloud 1.289.0"
    ),
]

ZONES = ["cn-beijing-l", "cn-beijing-k"]
CLOUD: Mapping[str, Any] = {"prometheus": True, "logs": {"days": 30}}
AUTOSCALED: Mapping[str, Any] = {"nodes": {"min": 8, "desired": 24, "max": 48}}


def before(cloud: Mapping[str, Any] | None = None, kubernetes: str = "1.34") -> Environment:
    return fleet(pool=AUTOSCALED, cloud={**CLOUD, **(cloud or {})}, kubernetes=kubernetes)


def layer(environment: Environment) -> dict[str, Any]:
    return fleets.layer(environment, "cluster")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    folder = tmp_path_factory.mktemp("standing")
    zones = [*ZONES, "cn-beijing-j"]
    return Standing.of(layer(before()), folder, mirror=MIRROR, cloud="alicloud", zones=zones)


def test_without_an_edit_nothing_happens(standing: Standing) -> None:
    assert standing.edited(layer(before())) == {}


def test_a_minor_version_upgrades_the_control_plane_and_leaves_the_machines(
    standing: Standing,
) -> None:
    assert standing.edited(layer(before(kubernetes="1.36"))) == {
        "alicloud_cs_managed_kubernetes.cluster": ["update"],
        "terraform_data.kubernetes-minor": ["update"],
        "terraform_data.kubernetes-version": ["create", "delete"],
    }


def test_protection_is_taken_off_in_place(standing: Standing) -> None:
    assert standing.edited(layer(before({"protected": False}))) == {
        "alicloud_cs_managed_kubernetes.cluster": ["update"],
        "alicloud_cs_kubernetes_node_pool.system-pool": ["update"],
    }


@pytest.mark.parametrize(
    "cloud",
    [{"logs": {"days": 7}}, {"logs": None}, {"spec": "ack.pro.xlarge"}],
    ids=["days", "no-logs", "spec"],
)
def test_what_belongs_to_the_control_plane_changes_in_place(
    standing: Standing, cloud: dict[str, Any]
) -> None:
    changes = standing.edited(layer(before(cloud)))

    assert changes == {"alicloud_cs_managed_kubernetes.cluster": ["update"]}


def test_a_zone_more_replaces_nothing(standing: Standing) -> None:
    changes = standing.edited(layer(before({"zones": [*ZONES, "cn-beijing-j"]})))

    assert changes == {
        "alicloud_cs_managed_kubernetes.cluster": ["update"],
        "alicloud_cs_kubernetes_node_pool.pool-l20": ["update"],
        "alicloud_cs_kubernetes_node_pool.system-pool": ["update"],
    }


def test_a_plan_that_would_make_another_cluster_is_refused(standing: Standing) -> None:
    other = {"network": {"services": "172.22.0.0/20"}}

    with pytest.raises(RuntimeError, match="Instance cannot be destroyed"):
        standing.edited(layer(before(other)))


def test_what_the_cloud_reads_back_otherwise_changes_nothing(tmp_path: Path) -> None:
    """The autoscaler's size, ACK's own additions, and the addons of the first day."""
    drifted = Standing.of(layer(before()), tmp_path, mirror=MIRROR, cloud="alicloud", zones=ZONES)
    drifted.drift(
        "alicloud_cs_kubernetes_node_pool.pool-l20",
        desired_size="47",
        soc_enabled=True,
        cis_enabled=True,
        deployment_set_id="ds-1",
        internet_charge_type="PayByTraffic",
        security_hardening_os=True,
        instance_metadata_options=[{"http_tokens": "optional"}],
        private_pool_options=[
            {"private_pool_options_id": "", "private_pool_options_match_criteria": "Open"}
        ],
        image_id="aliyun_3_x64_20G_container_optimized_alibase.vhd",
        runtime_version="2.1.4",
        resource_group_id="rg-1",
    )
    drifted.drift(
        "alicloud_cs_managed_kubernetes.cluster",
        addons=[],
        resource_group_id="rg-1",
        cluster_domain="cluster.local",
        timezone="Asia/Shanghai",
        custom_san="10.0.0.1",
        node_cidr_mask=26,
        pod_cidr="172.20.0.0/16",
    )

    assert drifted.edited(layer(before())) == {}
