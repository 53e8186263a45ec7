"""Which policies are asked about a manifest, and whom a refusal blames."""

from __future__ import annotations

import dataclasses

import pytest

from policies import rules
from policies.evidence import manifests
from policies.finding import Finding
from policies.judge import judge
from tests.unit.policies import judged

POD = """
apiVersion: v1
kind: Pod
metadata: {name: rank, namespace: search, labels: {gpu-fleet.dev/tenant: search}}
spec:
  priorityClassName: serving
  containers:
    - name: main
      resources: {limits: {nvidia.com/gpumem: 2048, nvidia.com/gpucores: 10}}
"""
NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata:
  name: search
  labels: {gpu-fleet.dev/tenant: search}
  annotations: {gpu-fleet.dev/priorities: serving}
"""
PACK = [rule for rule in rules.every().values() if rule.pack == "pods"]


def _found(text: str, cluster: str | None) -> list[Finding]:
    known = judged.environment_fleet(judged.loaded("{}"))
    evidence = manifests.of_text(text.encode(), "file.yaml", cluster)
    fleet = dataclasses.replace(known, subjects=(*known.subjects, *evidence.manifests))
    return list(judge(fleet, PACK).findings)


def test_a_cluster_is_known_by_its_name_and_by_its_stacks() -> None:
    for cluster in ("train", "tiny-train-tenancy"):
        (finding,) = _found(f"{POD}---{NAMESPACE}", cluster)

        assert finding.rule == "slice-on-gpu-cluster"
        assert "train hands out whole cards only" in finding.message + finding.fix


def test_a_good_pod_is_good_where_it_belongs() -> None:
    assert _found(f"{POD}---{NAMESPACE}", "infer") == []


@pytest.mark.parametrize("cluster", [None, "elsewhere", "tiny", "other-train-tenancy"])
def test_elsewhere_only_what_every_cluster_refuses_is_told(cluster: str | None) -> None:
    wrong = POD.replace("2048", "16Gi").replace("priorityClassName: serving", "hostPID: true")

    assert {finding.rule for finding in _found(wrong, cluster)} == {
        "gpu-memory-in-wrong-unit",
        "privileged-gpu-pod",
    }


def test_a_pod_in_a_namespace_that_nobody_made_has_no_tenant() -> None:
    found = {finding.rule: finding for finding in _found(POD, "infer")}

    assert "belongs to no tenant" in found["gpu-pod-without-tenant"].message


def test_the_container_that_is_to_blame_is_named() -> None:
    second = "    - {name: other, env: [{name: NVIDIA_VISIBLE_DEVICES, value: all}]}\n"
    (finding,) = _found(POD + second, None)

    assert finding.path == ("spec", "containers", 1, "env")


def test_a_field_of_the_pod_and_a_container_are_blamed_apart() -> None:
    text = POD.replace("priorityClassName: serving", "hostPID: true")
    text += "      securityContext: {privileged: true}\n"
    found = {finding.message: finding.path for finding in _found(text, None)}

    assert found == {
        "asks for cards and for the processes of the host": ("spec", "hostPID"),
        "container main asks for cards and is privileged": (
            *("spec", "containers", 0, "securityContext", "privileged"),
        ),
    }


def test_what_no_container_does_alone_is_told_of_the_pod() -> None:
    whole = POD.replace("nvidia.com/gpumem: 2048, nvidia.com/gpucores: 10", "nvidia.com/gpu: 1")
    second = "    - {name: other, resources: {limits: {nvidia.com/gpu: 1}}}\n"
    (finding,) = _found(f"{whole}{second}---{NAMESPACE}", "infer")

    assert finding.message == "asks for 2 whole cards"
    assert finding.path == ("spec",)


@pytest.mark.parametrize(
    "spec",
    [
        "{containers: null}",
        "{containers: [null, 1, {name: 3}]}",
        "{containers: {name: main}}",
        "{containers: [{resources: {limits: [nvidia.com/gpu]}, env: {A: b}}]}",
        "{containers: [{resources: {limits: {1: 2}}, securityContext: yes}]}",
        "{initContainers: [[]], containers: []}",
    ],
)
def test_a_strange_pod_is_judged_as_far_as_it_can_be_read(spec: str) -> None:
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: strange}}\nspec: {spec}\n"

    assert [f.message for f in _found(text, None) if f.outcome != "unknown"] == []


def test_an_amount_to_be_filled_in_is_unknown() -> None:
    (finding,) = _found(POD.replace("2048", "$MEMORY"), None)

    assert finding.outcome == "unknown"
    assert "$MEMORY" in finding.message
