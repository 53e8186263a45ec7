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

    del thing["//"]
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
