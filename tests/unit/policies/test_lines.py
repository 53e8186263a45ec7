"""Whatever was made of an environment leads back to a line of it that a person can edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from environments import load
from policies.evidence import plan
from policies.subject import Chart, Manifest, Module, PlanFile, Resource
from scripts import main
from scripts.linting import collected, lines, synthesized
from stacks import names

PRODUCTION = load.load("production")
TEXT = Path(PRODUCTION.document.file).read_text().split("\n")


def told(place) -> str:
    """The text of a line of the environment."""
    assert place.file.endswith("production.yaml")
    line: str = TEXT[place.line - 1]
    return line.strip()


def body(kind: str, name: str, namespace: str = "", **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}


@pytest.mark.parametrize(
    ("manifest", "line"),
    [
        (body("Namespace", "search"), "volc-infer: {quota: {slices: 700, gpu_memory: 2Ti, gpu_cores: 7000}}"),
        (body("ResourceQuota", "gpu", "search"), "volc-infer: {quota: {slices: 700, gpu_memory: 2Ti, gpu_cores: 7000}}"),
        (body("Node", "n-0", **{"gpu-fleet.dev/pool": "h20"}), "h20:"),
        (body("PriorityClass", "serving"), "serving: {value: 100000, description: Services behind those; may wait a moment.}"),
        (body("DaemonSet", "hami-device-plugin", "kube-system"), "volc-infer:"),
        (body("Namespace", "speech"), "volc-infer:"),
    ],
)  # fmt: skip
def test_an_object_of_an_addon_leads_to_what_it_is_made_of(manifest, line):
    origin = lines.of_manifest(PRODUCTION, "volc-infer", manifest)

    assert told(origin.place(("metadata", "name"))) == line


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (("production-volc-train-cluster/pools/h100", "h100"), "h100:"),
        (("production-volc-train-cluster/pools/h200", "volc-train-h200"), "h200:"),
        (("production-volc-train-tenancy/namespaces/x", "Namespace-foundation"), "volc-train:"),
        (("production-volc-train-tenancy/foundation", "foundation"), "foundation:"),
        (("", "vpc"), "volc-train:"),
    ],
)
def test_a_resource_leads_to_the_part_whose_key_is_its_construct(given, line):
    assert told(lines.of_name(PRODUCTION, "volc-train", *given).place(())) == line


def test_everything_that_is_made_of_an_environment_has_a_line_of_it():
    evidence = collected.Evidence()

    collected.add_environment(evidence, "production")

    made = [subject for subject in evidence.subjects if isinstance(subject, Manifest | Chart)]
    assert len(made) > 100
    for subject in made:
        assert told(subject.place(("spec",)))


def test_a_change_of_a_plan_leads_to_the_pool_that_it_changes(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(
        '{"format_version": "1.2", "resource_changes": [{"address": "a.h20", "type": "a",'
        '"name": "h20", "change": {"actions": ["update"], "before": {}, "after": {}}},'
        '{"address": "a.other", "type": "a", "name": "other",'
        '"change": {"actions": ["update"], "before": {}, "after": {}}}]}'
    )
    evidence = collected.Evidence(loaded=PRODUCTION)

    collected.add_plan(evidence, str(file))

    whole, ours, other = evidence.subjects
    assert isinstance(whole, PlanFile)
    assert told(ours.place(("size",))) == "h20:"
    assert str(other.place()).startswith(str(file))
    assert [s.address for s in evidence.subjects] == [
        s.address for s in plan.of_path(file).subjects
    ]


@pytest.mark.slow
def test_the_stacks_of_the_reference_environments_have_no_finding(tmp_path, monkeypatch, capsys):
    """The only proof that what is synthesized, and not just what is described, is sound."""
    monkeypatch.setattr(synthesized, "KEPT", tmp_path)
    for name in load.names():
        code = main.run(["lint", name, "--format", "json", "--today", "2026-11-22"])

        assert (name, code) == (name, 0), capsys.readouterr().out
        assert synthesized.at_hand(load.load(name)) is not None


def test_stacks_that_are_at_hand_are_not_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(synthesized, "KEPT", tmp_path)
    monkeypatch.setattr(synthesized, "key", lambda _: "the same")
    lab = load.load("lab")
    for stack in names.order(lab.environment):
        folder = tmp_path / "lab" / "stacks" / str(stack)
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text('{"resource": {"a_b": {"h20": {"k": 1}}}}')
    (tmp_path / "lab" / "key").write_text("the same")
    evidence = collected.Evidence(loaded=lab)

    directory = synthesized.at_hand(lab)
    assert directory is not None
    assert directory == tmp_path / "lab"
    collected.add_stacks(evidence, directory)

    resources = [one for one in evidence.subjects if isinstance(one, Resource)]
    modules = [one for one in evidence.subjects if isinstance(one, Module)]
    assert {str(one.place(("k",))) for one in resources} == {
        "environments/lab.yaml:14:7", "environments/lab.yaml:20:3",
    }  # fmt: skip
    assert len(modules) == len(names.order(lab.environment))
