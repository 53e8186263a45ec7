"""Quotas are in the units that somebody enforces in each sharing mode."""

from __future__ import annotations

from typing import Any

from components.addons import quotas
from environments.model import Environment
from tests.unit.addons import fleets

DEVICES = "hami-core-gpu.project-hami.io.deviceclass.resource.k8s.io/devices"
TWIN_MEMORY = "requests.twin.gpu-fleet.dev/gpumem"


def _hard(environment: Environment, cluster: str, name: str = "search-gpu") -> dict[str, Any]:
    addon = quotas.addon(environment, cluster, fleets.demand())
    found = {f"{m['metadata']['namespace']}-{m['metadata']['name']}": m for m in addon.manifests}
    hard: dict[str, Any] = found[name]["spec"]["hard"] if name in found else {}
    return hard


def test_whole_cards_are_counted_by_the_api_server() -> None:
    assert _hard(fleets.fleet(), "whole") == {"requests.nvidia.com/gpu": "4"}


def test_slices_are_counted_by_the_api_server_and_their_amounts_by_hami() -> None:
    assert _hard(fleets.fleet(), "slices") == {
        "requests.nvidia.com/gpu": "10",
        "limits.nvidia.com/gpumem": "40960",
        "limits.nvidia.com/gpucores": "200",
    }


def test_claims_are_counted_by_their_device_class() -> None:
    assert _hard(fleets.fleet(), "claims") == {DEVICES: "10"}


def test_a_twin_adds_what_the_api_server_can_see_of_translated_pods() -> None:
    production = _hard(fleets.fleet(), "slices")

    twin = _hard(fleets.fleet(cloud=fleets.EMBEDDED), "slices")

    assert twin == {**production, DEVICES: "10", TWIN_MEMORY: "40960"}


def test_a_twin_with_hami_has_productions_own_quotas() -> None:
    assert _hard(fleets.fleet(cloud=fleets.WITH_HAMI), "slices") == _hard(fleets.fleet(), "slices")


def test_what_a_tenant_leaves_out_is_not_limited() -> None:
    assert _hard(fleets.fleet(), "slices", "ads-gpu") == {"requests.nvidia.com/gpu": "2"}
    assert _hard(fleets.fleet(), "slices", "ads-host") == {}


def test_the_rest_of_the_machine_is_limited_by_requests() -> None:
    hard = _hard(fleets.fleet(), "slices", "search-host")

    assert hard == {"requests.cpu": "64500m", "requests.memory": "2Ti"}


def test_pods_are_limited_as_the_api_server_writes_them() -> None:
    assert _hard(fleets.fleet(), "whole", "search-host") == {"pods": "2k"}


def test_no_pod_carries_a_priority_of_others_and_any_pod_may_carry_none() -> None:
    addon = quotas.addon(fleets.fleet(), "slices", fleets.demand())
    found = next(m for m in addon.manifests if m["metadata"]["name"] == "foreign-priorities")

    exists, not_in = found["spec"]["scopeSelector"]["matchExpressions"]

    assert found["spec"]["hard"] == {"pods": "0"}
    assert exists == {"scopeName": "PriorityClass", "operator": "Exists"}
    assert not_in["operator"] == "NotIn"
    assert not_in["values"] == ["serving"]
