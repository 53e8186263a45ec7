"""Where the pods of a manifest are, in every kind of workload; and how bodies are read."""

from __future__ import annotations

from typing import Any

import pytest

from policies import values
from policies.pods import TEMPLATES, PodTemplate, pods
from policies.values import ABSENT, UNKNOWN

SPEC = {"containers": [{"name": "main"}]}
TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": SPEC}

WORKLOADS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "Deployment": ({"template": TEMPLATE}, ("spec", "template")),
    "CronJob": (
        {"jobTemplate": {"spec": {"template": TEMPLATE}}},
        ("spec", "jobTemplate", "spec", "template"),
    ),
    "Job": ({"tasks": [{}, {"template": TEMPLATE}]}, ("spec", "tasks", 1, "template")),
    "PyTorchJob": (
        {"pytorchReplicaSpecs": {"Worker": {"template": TEMPLATE}}},
        ("spec", "pytorchReplicaSpecs", "Worker", "template"),
    ),
    "RayCluster": (
        {"workerGroupSpecs": [{"template": TEMPLATE}]},
        ("spec", "workerGroupSpecs", 0, "template"),
    ),
    "LeaderWorkerSet": (
        {"leaderWorkerTemplate": {"workerTemplate": TEMPLATE}},
        ("spec", "leaderWorkerTemplate", "workerTemplate"),
    ),
    "JobSet": (
        {"replicatedJobs": [{"template": {"spec": {"template": TEMPLATE}}}]},
        ("spec", "replicatedJobs", 0, "template", "spec", "template"),
    ),
}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_the_template_of_a_workload_is_found_with_its_path(kind):
    spec, path = WORKLOADS[kind]

    (found,) = pods({"kind": kind, "spec": spec})

    assert found.path == path
    assert found.spec_path == (*path, "spec")
    assert found.labels == {"a": "b"}
    assert found.containers() == (((*path, "spec", "containers", 0), {"name": "main"}),)


def test_a_service_of_kserve_has_its_pod_fields_without_a_template():
    model = {"resources": {"limits": {"nvidia.com/gpu": 1}}}

    (found,) = pods({"kind": "InferenceService", "spec": {"predictor": {"model": model}}})

    assert found.containers() == ((("spec", "predictor", "model"), model),)


def test_init_containers_come_first_and_can_be_left_out():
    spec = {"initContainers": [{"name": "i"}], "ephemeralContainers": [{"name": "e"}], **SPEC}
    pod = PodTemplate(metadata={}, spec=spec, path=(), spec_path=("spec",))

    assert [body["name"] for _, body in pod.containers()] == ["i", "main", "e"]
    assert [body["name"] for _, body in pod.containers(also_init=False)] == ["main"]


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("odd", [None, 1, "x", [], [[]], {"spec": 1}, {"template": []}])
def test_an_odd_body_has_no_pods_and_breaks_nothing(kind, odd):
    found = list(pods({"kind": kind, "spec": odd, "template": odd}))

    assert [container for pod in found for container in pod.containers()] == []


def test_a_step_into_nothing_is_absent_and_a_step_into_the_unknown_is_unknown():
    body = {"a": [{"b": None}], "c": UNKNOWN}

    assert values.get(body, "a", 0, "b") is None
    assert values.get(body, "a", -1, "b") is None
    assert values.get(body, "a", 1, "b") is ABSENT
    assert values.get(body, "a", "b") is ABSENT
    assert values.get(body, "c", "d", 0) is UNKNOWN
    assert not ABSENT
    assert not UNKNOWN


@pytest.mark.parametrize(
    ("value", "number"),
    [(3, 3.0), ("3.5", 3.5), (True, None), ("x", None), (None, None), (10**400, None), ("1" * 99, None)],
)  # fmt: skip
def test_a_number_may_be_text_and_nonsense_is_none(value, number):
    assert values.number({"a": value}, "a") == number


@pytest.mark.parametrize(
    ("text", "computed"),
    [("${var.a}", True), ("a-${x}", True), ("%{ if a }", True), ("$${a}", False), ("{a}", False), (3, False)],
)  # fmt: skip
def test_only_what_terraform_computes_is_an_expression(text, computed):
    assert values.is_expression(text) is computed


def test_blocks_are_one_map_or_a_list_of_them():
    body = {"one": {"a": 1}, "two": [{"a": 1}, "x"], "dynamic": "${x}", "odd": 3}

    assert list(values.blocks(body, "one")) == [(("one",), {"a": 1})]
    assert list(values.blocks(body, "two")) == [(("two", 0), {"a": 1}), (("two", 1), "x")]
    assert list(values.blocks(body, "dynamic")) == [(("dynamic",), UNKNOWN)]
    assert list(values.blocks(body, "odd")) == []
    assert list(values.blocks(body, "none")) == []
