"""Admission policies are whole: each has its reason, its words, and requests that prove it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.addons import admission
from components.addons.admission import rendering
from environments import admission as definitions
from environments.admission import POLICIES
from environments.admission.place import Place
from environments.admission.policy import Policy
from environments.model import Environment
from tests.unit.addons import fleets

# Not known to API servers of 1.30, which compile with the libraries of 1.29.
NEWER = r"transformMap|transformList|transformMapEntry|\.flatten|\.slice\(|\.sort|distinct\(|semver"


def _place(cluster: str, **how: object) -> Place:
    return Place(environment=fleets.fleet(rdma=True), cluster_name=cluster)


PLACES = {name: _place(name) for name in ("whole", "slices", "claims")}
CASES = [
    pytest.param(policy, place, id=f"{policy.name}-{name}")
    for name, place in PLACES.items()
    for policy in POLICIES
    if policy.applies(place)
]


def test_every_file_of_a_policy_is_in_the_list_under_its_own_name() -> None:
    folder = Path(definitions.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")}

    assert files - {"--init--", "own", "place", "policy", "request"} == {p.name for p in POLICIES}


def test_every_policy_stands_somewhere() -> None:
    assert {case.values[0].name for case in CASES} == {p.name for p in POLICIES}  # type: ignore[union-attr]


@pytest.mark.parametrize(("policy", "place"), CASES)
def test_every_policy_has_a_request_it_refuses_and_one_it_lets_pass(
    policy: Policy, place: Place
) -> None:
    assert {example.allowed for example in policy.examples(place)} == {True, False}


@pytest.mark.parametrize(("policy", "place"), CASES)
def test_a_policy_needs_nothing_newer_than_the_oldest_cluster(policy: Policy, place: Place) -> None:
    text = str(rendering.manifests(policy, place)[0]["spec"])

    assert re.findall(NEWER, text) == []


@pytest.mark.parametrize(("policy", "place"), CASES)
def test_every_variable_that_is_used_is_there_before_its_use(policy: Policy, place: Place) -> None:
    known: set[str] = set()
    for name, expression in policy.all_variables(place).items():
        assert set(re.findall(r"variables\.(\w+)", expression)) <= known, name
        known.add(name)
    for validation in policy.validations:
        text = validation.expression + validation.message

        assert set(re.findall(r"variables\.(\w+)", text)) <= known


@pytest.mark.parametrize(("policy", "place"), CASES)
def test_every_refusal_says_what_to_do_instead(policy: Policy, place: Place) -> None:
    assert all(";" in validation.message for validation in policy.validations)


@pytest.mark.parametrize("action", ["Deny", "Warn", "Audit"])
def test_the_environment_decides_what_a_refusal_means(action: str) -> None:
    fleet = fleets.fleet(action=action)
    addon = admission.addon(fleet, "slices", fleets.demand())
    bindings = [m for m in addon.manifests if m["kind"] == "ValidatingAdmissionPolicyBinding"]

    assert all(binding["spec"]["validationActions"] == [action] for binding in bindings)


def test_the_two_kinds_of_cluster_refuse_each_others_pods() -> None:
    names = {
        cluster: {policy.name for policy in admission.policies(fleets.fleet(), cluster)}
        for cluster in PLACES
    }

    assert "slice-on-gpu-cluster" in names["whole"]
    assert "whole-cards-on-vgpu-cluster" not in names["whole"]
    assert "whole-cards-on-vgpu-cluster" in names["slices"]
    assert "slice-on-gpu-cluster" not in names["slices"]


def test_privileged_pods_are_left_to_pod_security_where_that_is_enforced() -> None:
    assert "privileged-gpu-pod" not in [p.name for p in admission.policies(fleets.fleet(), "whole")]


def test_the_limit_of_whole_cards_is_the_clusters_own() -> None:
    spec = rendering.manifests(POLICIES[0], PLACES["claims"])[0]["spec"]

    assert {"name": "wholeCards", "expression": "2"} in spec["variables"]


def test_a_message_names_the_clusters_where_such_a_pod_would_run() -> None:
    constants = PLACES["slices"].constants()

    assert constants["elsewhere"] == "'a GPU cluster (whole)'"
    assert PLACES["whole"].constants()["elsewhere"] == "'a vGPU cluster (slices, claims)'"


class TestProofs:
    def test_each_has_a_name_of_its_own(self) -> None:
        names = [p.manifest["metadata"]["name"] for p in _proofs(fleets.fleet())]

        assert len(names) == len(set(names))
        assert all(len(name) <= 63 for name in names)

    def test_they_are_the_same_every_time(self) -> None:
        assert _proofs(fleets.fleet()) == _proofs(fleets.fleet())

    def test_a_cluster_without_tenants_has_none(self) -> None:
        fleet = fleets.fleet()

        assert admission.proofs(_without_tenants(fleet), "slices") == ()

    def test_a_refusal_by_the_policy_proves_it(self) -> None:
        refused = next(p for p in _proofs(fleets.fleet()) if not p.allowed)

        assert refused.holds(f"ValidatingAdmissionPolicy '{refused.policy}' with binding denied")
        assert not refused.holds(None)
        assert not refused.holds("exceeded quota: gpu")

    def test_a_used_up_quota_does_not_disprove_that_a_request_passes(self) -> None:
        allowed = next(p for p in _proofs(fleets.fleet()) if p.allowed)

        assert allowed.holds(None)
        assert allowed.holds("exceeded quota: gpu, requested: requests.nvidia.com/gpu=1")
        assert not allowed.holds(f"ValidatingAdmissionPolicy '{allowed.policy}' denied request")


def _proofs(environment: Environment) -> tuple[admission.Proof, ...]:
    return admission.proofs(environment, "slices")


def _without_tenants(fleet: Environment) -> Environment:
    return Environment(name=fleet.name, clusters=fleet.clusters)
