"""What holds for every addon of every cluster."""

from __future__ import annotations

import json
import re

import pytest

from components import addons
from components.addon import MANAGED_BY, Addon, Manifest, identity
from environments.model import Environment
from tests.unit.addons import fleets

FLEETS = {
    "production": fleets.fleet(),
    "its twin": fleets.fleet(cloud=fleets.EMBEDDED),
    "its twin with HAMi": fleets.fleet(cloud=fleets.WITH_HAMI),
}
CLUSTERS = ["whole", "slices", "claims"]


def _all(environment: Environment, cluster: str) -> tuple[Addon, ...]:
    demand = fleets.demand()
    device = addons.device(environment, cluster, demand)
    return device + addons.tenancy(environment, cluster, demand)


def _names(environment: Environment, cluster: str) -> list[str]:
    return [addon.name for addon in _all(environment, cluster)]


@pytest.mark.parametrize("cluster", CLUSTERS)
@pytest.mark.parametrize("fleet", FLEETS)
class TestEveryCluster:
    def test_no_two_addons_have_the_same_name(self, fleet: str, cluster: str) -> None:
        names = _names(FLEETS[fleet], cluster)

        assert len(names) == len(set(names))

    def test_no_object_is_made_twice(self, fleet: str, cluster: str) -> None:
        found = [identity(m) for addon in _all(FLEETS[fleet], cluster) for m in addon.manifests]

        assert len(found) == len(set(found))

    def test_every_object_says_who_made_it(self, fleet: str, cluster: str) -> None:
        for addon, manifest in _manifests(FLEETS[fleet], cluster):
            labels = manifest["metadata"]["labels"]

            assert labels[MANAGED_BY] == "gpu-fleet", (addon.name, identity(manifest))

    def test_every_name_is_one_that_the_api_server_takes(self, fleet: str, cluster: str) -> None:
        for _, manifest in _manifests(FLEETS[fleet], cluster):
            assert re.fullmatch(
                r"[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?", manifest["metadata"]["name"]
            )

    def test_the_same_environment_gives_the_same_bytes(self, fleet: str, cluster: str) -> None:
        once, again = (
            json.dumps([m for _, m in _manifests(FLEETS[fleet], cluster)]) for _ in range(2)
        )

        assert once == again

    def test_a_namespace_comes_before_what_is_in_it(self, fleet: str, cluster: str) -> None:
        seen: set[str] = set()
        for _, manifest in _manifests(FLEETS[fleet], cluster):
            if manifest["kind"] == "Namespace":
                seen.add(manifest["metadata"]["name"])
            namespace = manifest["metadata"].get("namespace")

            assert namespace is None or namespace in seen, identity(manifest)


def _manifests(environment: Environment, cluster: str) -> list[tuple[Addon, Manifest]]:
    return [
        (addon, manifest) for addon in _all(environment, cluster) for manifest in addon.manifests
    ]


def test_a_gpu_cluster_gets_nvidias_plugin_and_nothing_of_hamis() -> None:
    names = _names(FLEETS["production"], "whole")

    assert "nvidia-device-plugin" in names
    assert not {"hami", "hami-dra", "translation", "claim-templates"} & set(names)


def test_a_vgpu_cluster_gets_hami_and_nothing_of_nvidias() -> None:
    names = _names(FLEETS["production"], "slices")

    assert "hami" in names
    assert not {"nvidia-device-plugin", "hami-dra", "translation", "claim-templates"} & set(names)


def test_a_dra_cluster_gets_the_driver_and_templates_for_its_claims() -> None:
    names = _names(FLEETS["production"], "claims")

    assert {"hami-dra", "claim-templates"} <= set(names)
    assert not {"hami", "nvidia-device-plugin", "runtime-class", "translation"} & set(names)


@pytest.mark.parametrize(
    ("fleet", "cluster", "translated"),
    [
        ("its twin", "slices", True),
        ("its twin", "claims", True),
        ("its twin", "whole", False),
        ("its twin with HAMi", "slices", False),
        ("its twin with HAMi", "claims", True),
        ("production", "slices", False),
        ("production", "claims", False),
    ],
)
def test_requests_are_translated_on_a_twin_only_where_no_hami_runs(
    fleet: str, cluster: str, translated: bool
) -> None:
    assert ("translation" in _names(FLEETS[fleet], cluster)) is translated


def test_what_is_made_on_the_twin_differs_from_production_only_where_it_must() -> None:
    production = {identity(m): m for _, m in _manifests(FLEETS["production"], "slices")}
    twin = {identity(m): m for _, m in _manifests(FLEETS["its twin"], "slices")}

    added = {name.split("-", 1)[0] for name in twin.keys() - production.keys()}
    changed = {name for name in production if production[name] != twin[name]}

    assert production.keys() <= twin.keys()
    assert added == {
        "DeviceClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "ResourceClaimTemplate",
    }
    assert changed == {"ResourceQuota-search-gpu", "ResourceQuota-ads-gpu"}
