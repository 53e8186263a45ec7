"""The translation leaves to the policies what the policies would refuse."""

from __future__ import annotations

import re

from components.addons import translation
from components.clouds.embedded import device
from environments.admission.gpu_memory_in_wrong_unit import POLICY as UNITS
from environments.admission.whole_cards_on_vgpu_cluster import POLICY as WHOLE_CARDS
from tests.unit.addons import fleets


def _policy() -> dict[str, object]:
    fleet = fleets.fleet(cloud=fleets.EMBEDDED)
    spec: dict[str, object] = translation.addon(fleet, "slices", fleets.demand()).manifests[1][
        "spec"
    ]
    return spec


def _variables() -> dict[str, str]:
    variables = _policy()["variables"]
    assert isinstance(variables, list)
    return {variable["name"]: variable["expression"] for variable in variables}


def test_every_validation_about_cards_must_pass_before_anything_is_translated() -> None:
    well_formed = _variables()["wellFormed"]

    for validation in (*UNITS.validations, *WHOLE_CARDS.validations):
        assert validation.expression in well_formed


def test_every_variable_is_there_before_its_use() -> None:
    known: set[str] = set()
    for name, expression in _variables().items():
        assert set(re.findall(r"variables\.(\w+)", expression)) <= known, name
        known.add(name)


def test_a_whole_card_counts_as_the_smallest_of_the_cluster() -> None:
    assert _variables()["smallestCard"] == "24564"
    assert _variables()["largestCard"] == "97871"


def test_the_class_takes_every_card_for_a_twin_has_one_driver() -> None:
    fleet = fleets.fleet(cloud=fleets.EMBEDDED)
    cluster = fleet.clusters["slices"]
    device_class = translation.addon(fleet, "slices", fleets.demand()).manifests[0]
    published = [device.resource_slice(cluster, pool, "n") for pool in cluster.pools.values()]

    assert device_class["metadata"]["name"] == "hami-core-gpu.project-hami.io"
    assert {piece["spec"]["driver"] for piece in published} == {device_class["metadata"]["name"]}
    assert device_class["spec"] == {}
