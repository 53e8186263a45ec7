"""What all generated classes have in common, as the engine writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components import cdk
from components.bindings import helm, kubectl
from components.element import literal

Build = Callable[[cdk.App], None]


def synthesized(tmp_path: Path, build: Build) -> dict[str, Any]:
    """Terraform JSON of each stack that `build` makes."""
    app = cdk.App(outdir=str(tmp_path), stack_traces=False, skip_validation=True)
    build(app)
    app.synth()
    return {
        file.parent.name: json.loads(file.read_text(encoding="utf-8"))
        for file in tmp_path.glob("stacks/*/cdk.tf.json")
    }


def test_arguments_are_written_as_terraform_has_them(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        kubectl.Manifest(
            stack,
            "thing",
            yaml_body="kind: Thing",
            wait=False,
            timeouts={"create": "5m"},
            lifecycle={"prevent_destroy": True, "ignore_changes": ["yaml_body"]},
        )

    thing = synthesized(tmp_path, build)["one"]["resource"]["kubectl_manifest"]["thing"]

    assert thing == {
        "yaml_body": "kind: Thing",
        "wait": False,
        "timeouts": {"create": "5m"},
        "lifecycle": {"prevent_destroy": True, "ignore_changes": ["yaml_body"]},
    }


def test_a_map_of_equal_resources_is_written_as_for_each(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        kubectl.Manifest(stack, "things", for_each={"a": "A"}, yaml_body="${each.value}")

    things = synthesized(tmp_path, build)["one"]["resource"]["kubectl_manifest"]["things"]

    assert things["for_each"] == {"a": "A"}
    assert things["yaml_body"] == "${each.value}"


def test_a_provider_is_required_at_the_version_that_is_asked_for(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        kubectl.Provider(stack, "kubectl", source="acme/kubectl", version="9.9.9")
        helm.Provider(stack, "helm", kubernetes={"config_path": "/kubeconfig"})

    stack = synthesized(tmp_path, build)["one"]

    assert stack["terraform"]["required_providers"] == {
        "kubectl": {"source": "acme/kubectl", "version": "9.9.9"},
        "helm": {"source": helm.Provider.SOURCE, "version": helm.Provider.VERSION},
    }
    assert stack["provider"]["helm"] == [{"kubernetes": {"config_path": "/kubeconfig"}}]


def test_a_value_read_in_the_same_stack_is_a_reference(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        first = kubectl.Manifest(stack, "first", yaml_body="")
        kubectl.Manifest(stack, "second", yaml_body=f"uid: {first.uid}")

    second = synthesized(tmp_path, build)["one"]["resource"]["kubectl_manifest"]["second"]

    assert second["yaml_body"] == "uid: ${kubectl_manifest.first.uid}"


def test_a_value_read_in_another_stack_is_handed_over_through_its_state(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        here, there = cdk.TerraformStack(app, "here"), cdk.TerraformStack(app, "there")
        first = kubectl.Manifest(here, "first", yaml_body="")
        kubectl.Manifest(there, "second", yaml_body=f"uid: {first.uid}")

    stacks = synthesized(tmp_path, build)

    (output,) = stacks["here"]["output"]
    (state,) = stacks["there"]["data"]["terraform_remote_state"]
    body = stacks["there"]["resource"]["kubectl_manifest"]["second"]["yaml_body"]
    assert body == f"uid: ${{data.terraform_remote_state.{state}.outputs.{output}}}"


@pytest.mark.parametrize("deep", [False, True])
def test_one_stacks_values_reach_another_though_the_reader_holds_values_of_its_own(
    deep: bool, tmp_path: Path
) -> None:
    def build(app: cdk.App) -> None:
        here, there = cdk.TerraformStack(app, "here"), cdk.TerraformStack(app, "there")
        far = kubectl.Manifest(here, "far", yaml_body="")
        near = kubectl.Manifest(there, "near", yaml_body="")
        kubectl.Manifest(
            there,
            "reader",
            yaml_body=f"near: {near.uid}",
            ignore_fields=[far.uid if deep else "plain"],
            override_namespace="plain" if deep else far.uid,
        )

    stacks = synthesized(tmp_path, build)

    (output,) = stacks["here"]["output"]
    (state,) = stacks["there"]["data"]["terraform_remote_state"]
    reader = stacks["there"]["resource"]["kubectl_manifest"]["reader"]
    handed = f"${{data.terraform_remote_state.{state}.outputs.{output}}}"
    assert reader["yaml_body"] == "near: ${kubectl_manifest.near.uid}"
    assert reader["ignore_fields"] == [handed if deep else "plain"]
    assert reader["override_namespace"] == ("plain" if deep else handed)


def test_who_waits_for_whom_is_written_within_a_stack_and_kept_between_stacks(
    tmp_path: Path,
) -> None:
    def build(app: cdk.App) -> None:
        here, there = cdk.TerraformStack(app, "here"), cdk.TerraformStack(app, "there")
        first = kubectl.Manifest(here, "first", yaml_body="")
        kubectl.Manifest(here, "second", yaml_body="", depends_on=[first])
        kubectl.Manifest(there, "third", yaml_body=first.uid)

    second = synthesized(tmp_path, build)["here"]["resource"]["kubectl_manifest"]["second"]

    assert second["depends_on"] == ["kubectl_manifest.first"]
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["stacks"]["there"]["dependencies"] == ["here"]


def test_an_id_that_is_no_name_in_terraform_still_makes_a_resource(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        odd = kubectl.Manifest(stack, "a.b:c", yaml_body="")
        kubectl.Manifest(stack, "reader", yaml_body=f"${{{odd.address}.uid}}")

    made = synthesized(tmp_path, build)["one"]["resource"]["kubectl_manifest"]

    (name,) = set(made) - {"reader"}
    assert made["reader"]["yaml_body"] == f"${{kubectl_manifest.{name}.uid}}"


def test_two_resources_of_one_id_are_a_bug_and_never_merged(tmp_path: Path) -> None:
    def build(app: cdk.App) -> None:
        stack = cdk.TerraformStack(app, "one")
        kubectl.Manifest(stack, "thing", yaml_body="")
        kubectl.Manifest(stack, "thing", yaml_body="")

    with pytest.raises(AssertionError, match="this is a bug: thing is twice in one stack"):
        synthesized(tmp_path, build)


def test_a_resource_that_nobody_reads_costs_one_call_into_the_engine(tmp_path: Path) -> None:
    def calls(count: int) -> int:
        app = cdk.App(outdir=str(tmp_path), stack_traces=False)
        stack = cdk.TerraformStack(app, "one")
        made = 0
        add = stack.add_override

        def counted(path: str, value: object) -> None:
            nonlocal made
            made += 1
            add(path, value)

        stack.add_override = counted  # type: ignore[method-assign]
        for index in range(count):
            kubectl.Manifest(stack, f"thing-{index}", yaml_body="", wait=False)
        assert len(stack.node.children) == 0
        return made

    assert calls(3) == 3


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain $HOME {x}", "plain $HOME {x}"),
        ("${not.a.reference}", "$${not.a.reference}"),
        ("%{ if x }", "%%{ if x }"),
    ],
)
def test_text_that_looks_like_an_expression_is_taken_literally(text: str, escaped: str) -> None:
    assert literal(text) == escaped
