"""What edits do to a cluster that stands, as the real provider plans them.

Needs the provider in a filesystem mirror, named by `FLEET_PROVIDER_MIRROR`. This is
what no schema says: which of our guards hold. A few plans, for they decide whether
sixty machines stay.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.standing import Standing
from tests.unit.clouds.volcengine import fleets
from tests.unit.clouds.volcengine.fleets import fleet

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
HELD = bool(MIRROR) and bool(list(Path(MIRROR).glob("*/volcengine/volcenginecc/0.0.53/*")))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not HELD, reason="FLEET_PROVIDER_MIRROR names no folder with volcenginecc 0.0.53"
    ),
]

ZONES = ["cn-beijing-a", "cn-beijing-b"]
POOL: dict[str, Any] = {"nodes": {"min": 2, "desired": 4, "max": 8}, "disk": {"data": "1Ti"}}
IN_PLACE: dict[str, dict[str, Any]] = {
    "bounds": {"nodes": {"min": 2, "desired": 4, "max": 16}},
    "labels": {"labels": {"team": "search"}},
    "taints": {"taints": {"team": {"effect": "NoSchedule"}}},
    "cordon": {"cordon": True},
    "types": {"instance_types": ["ecs.hpcpni3ln.45xlarge"]},
    "scripts": {"scripts": {"after": "true"}},
    "disk": {"disk": {"data": "2Ti"}},
    "zones": {"zones": ["cn-beijing-b"]},
    "on-delete": {"on_delete": "keep"},
}
ANOTHER_POOL: dict[str, dict[str, Any]] = {
    "spot": {"spot": True},
    "generation": {"generation": "v2"},
    "cards": {"cards_per_node": 4},
}


def layer(
    edit: Mapping[str, Any] | None = None,
    *,
    cloud: Mapping[str, Any] | None = None,
    kubernetes: str = "1.32",
) -> dict[str, Any]:
    """The cluster layer with its pool edited."""
    edited = fleet(pool={**POOL, **(edit or {})}, cloud=cloud, kubernetes=kubernetes)
    return fleets.layer(edited, "cluster")


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    folder = tmp_path_factory.mktemp("standing")
    return Standing.of(layer(), folder, mirror=MIRROR, cloud="volcengine", zones=ZONES)


def test_without_an_edit_nothing_happens(standing: Standing) -> None:
    assert standing.edited(layer()) == {}


def test_a_size_that_an_autoscaler_owns_is_left_alone(standing: Standing) -> None:
    sized = {"nodes": {"min": 2, "desired": 7, "max": 8}}

    assert standing.edited(layer(sized)) == {}


@pytest.mark.parametrize("edit", IN_PLACE.values(), ids=list(IN_PLACE))
def test_what_can_be_changed_keeps_the_pool(standing: Standing, edit: dict[str, Any]) -> None:
    changes = standing.edited(layer(edit))

    assert changes == {"volcenginecc_vke_node_pool.pool-h20": ["update"]}


@pytest.mark.parametrize("edit", ANOTHER_POOL.values(), ids=list(ANOTHER_POOL))
def test_what_lasts_makes_another_pool_before_this_one_goes(
    standing: Standing, edit: dict[str, Any]
) -> None:
    changes = standing.edited(layer(edit))

    assert changes.pop("volcenginecc_vke_node_pool.pool-h20") == ["create", "delete"]
    assert changes == {"terraform_data.generation-h20": ["update"]}


def test_another_kubernetes_version_in_the_file_changes_nothing(standing: Standing) -> None:
    assert standing.edited(layer(kubernetes="1.34")) == {}


@pytest.mark.parametrize(
    "cloud",
    [{"logs": {"days": 7}}, {"network": {"services": "172.22.0.0/20"}}],
    ids=["logs", "net"],
)
def test_a_plan_that_would_make_another_cluster_is_refused(
    standing: Standing, cloud: dict[str, Any]
) -> None:
    with pytest.raises(RuntimeError, match="Instance cannot be destroyed"):
        standing.edited(layer(cloud=cloud))


def test_protection_is_taken_off_in_place(standing: Standing) -> None:
    changes = standing.edited(layer(cloud={"protected": False}))

    assert changes == {"volcenginecc_vke_cluster.cluster": ["update"]}
