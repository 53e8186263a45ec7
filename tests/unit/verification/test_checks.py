"""Comparing declared objects with live ones, and what a check says of nothing."""

from __future__ import annotations

import pytest

from scripts.verification import checks


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}},
            "/api/v1/namespaces/a",
        ),
        (
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {"name": "q", "namespace": "a"},
            },
            "/api/v1/namespaces/a/resourcequotas/q",
        ),
        (
            {
                "apiVersion": "admissionregistration.k8s.io/v1",
                "kind": "ValidatingAdmissionPolicy",
                "metadata": {"name": "p"},
            },
            "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/p",
        ),
        (
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": "serving"},
            },
            "/apis/scheduling.k8s.io/v1/priorityclasses/serving",
        ),
    ],
)
def test_an_object_is_found_at_the_path_of_its_kind(manifest: dict[str, object], path: str) -> None:
    assert checks.path_of(manifest) == path


def test_what_a_controller_added_is_no_difference() -> None:
    wanted = {"spec": {"hard": {"pods": "10"}}}
    found = {"spec": {"hard": {"pods": "10"}}, "status": {"used": {"pods": "3"}}}

    assert checks.difference(wanted, found) is None


def test_a_quantity_written_otherwise_is_no_difference() -> None:
    assert checks.difference({"memory": "2048Mi"}, {"memory": "2Gi"}) is None


@pytest.mark.parametrize(
    ("wanted", "found", "where"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ".a.b"),
        ({"a": 1}, {}, ".a"),
        ({"a": [1, 2]}, {"a": [1]}, ".a"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, ".a[0].b"),
        ({"memory": "2Gi"}, {"memory": "3Gi"}, ".memory"),
        ({"a": True}, {}, ".a"),
    ],
)
def test_a_changed_field_is_named(wanted: object, found: object, where: str) -> None:
    assert checks.difference(wanted, found) == where


def test_a_check_of_nothing_is_unknown_and_not_green() -> None:
    verdict = checks.check("x", "X", [], compared=0, passed="all well")

    assert verdict.status == "unknown"


def test_a_failed_check_names_a_few_faults_and_counts_the_rest() -> None:
    verdict = checks.check("x", "X", [f"fault {n}" for n in range(10)], compared=10, passed="")

    assert verdict.status == "fail"
    assert verdict.detail == "fault 0; fault 1; fault 2 and 7 more"
