"""Deploying and planning: what reaches the tools, and what is told when they fail.

The tools are small programs that say what the real ones say; the real ones run in
the integration tests.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from components import terraform
from components.terraform import Changes, Workspace
from environments.errors import OutsideError, UsageError

NAMES = ("lab-slices-cluster", "lab-slices-device")


def workspace(tmp_path: Path, *, cli: str = "", binary: str = "") -> Workspace:
    """A workspace of two stacks whose tools are these Python programs."""
    for stack in NAMES:
        (tmp_path / "stacks" / stack / ".terraform").mkdir(parents=True)
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": {name: {} for name in NAMES}}))
    (tmp_path / "kubeconfig.yaml").touch()
    program = tmp_path / "terraform"
    program.write_text(f"#!{sys.executable}\n{binary}\n")
    program.chmod(0o755)
    return Workspace(
        out=tmp_path,
        checkout=tmp_path,
        cli=(sys.executable, "-c", cli),
        terraform=program,
        variables={},
        kubeconfigs=(tmp_path / "kubeconfig.yaml",),
    )


def test_nothing_in_a_shell_leads_a_deployment_to_another_cluster() -> None:
    shell = {
        "PATH": "/usr/bin",
        "HTTPS_PROXY": "http://proxy.example.com",
        "KUBE_HOST": "https://production.example.com",
        "KUBE_TOKEN": "secret",
        "KUBECONFIG": "/home/me/.kube/config",
        "KUBERNETES_SERVICE_HOST": "10.0.0.1",
        "HELM_KUBEAPISERVER": "https://production.example.com",
        "TF_CLI_ARGS_apply": "-destroy",
        "TF_WORKSPACE": "production",
        "TF_VAR_kubeconfig_slices": "/home/me/.kube/config",
    }

    seen = terraform.unled(shell)

    assert seen["PATH"] == "/usr/bin"
    assert seen["HTTPS_PROXY"] == "http://proxy.example.com"
    assert not [name for name in seen if name in shell and name not in ("PATH", "HTTPS_PROXY")]


def test_a_deployment_answers_what_each_stack_changed(tmp_path: Path) -> None:
    said = "".join(
        f"print('{name}  Apply complete! Resources: 3 added, 1 changed, 0 destroyed.');"
        for name in NAMES
    )

    done = terraform.deploy(workspace(tmp_path, cli=said))

    assert done == dict.fromkeys(NAMES, Changes(added=3, changed=1))


def test_all_stacks_are_deployed_side_by_side_each_after_those_it_needs(tmp_path: Path) -> None:
    terraform.deploy(workspace(tmp_path, cli="import sys; print(*sys.argv[1:])"), at_once=2)

    call = (tmp_path / "deploy.log").read_text()
    assert call.startswith("deploy lab-slices-cluster lab-slices-device --auto-approve")
    assert "--parallelism 2" in call
    assert "ignore-missing" not in call


def test_some_stacks_are_deployed_one_after_the_other(tmp_path: Path) -> None:
    place = workspace(tmp_path, cli="import sys; print(*sys.argv[1:])")

    terraform.deploy(place, ["lab-slices-device"])

    assert (
        "--ignore-missing-stack-dependencies --parallelism 1"
        in (tmp_path / "deploy.log").read_text()
    )


def test_a_stack_that_fails_is_told_with_terraforms_words_and_the_log(tmp_path: Path) -> None:
    said = (
        "print('lab-slices-device  Error: a failed to run apply: unknown field')\n"
        "print('  with kubectl_manifest.X (a/X),')\n"
        "raise SystemExit(1)"
    )

    with pytest.raises(OutsideError) as caught:
        terraform.deploy(workspace(tmp_path, cli=said))

    assert str(caught.value) == (
        "lab-slices-device: kubectl_manifest.X: a failed to run apply: unknown field; "
        f"all output is in {tmp_path / 'deploy.log'}"
    )


def test_a_control_plane_that_went_away_is_told_as_such(tmp_path: Path) -> None:
    said = (
        "print('lab-slices-device  Error: Get https://x: dial tcp: connect: connection refused')\n"
        "print('Error: Patch https://x: dial tcp: connect: connection refused')\n"
        "raise SystemExit(1)"
    )

    with pytest.raises(
        OutsideError, match=r"does not answer \(connection refused\) \(and 1 more\)"
    ):
        terraform.deploy(workspace(tmp_path, cli=said))


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (
            "Failed to query available provider packages",
            "open the network to the Terraform registry",
        ),
        ("Error acquiring the state lock", "wait for the other run to end"),
    ],
)
def test_what_can_be_done_about_an_error_is_told_with_it(
    tmp_path: Path, error: str, step: str
) -> None:
    said = f"print('lab-slices-device  Error: {error}'); raise SystemExit(1)"

    with pytest.raises(OutsideError, match=f"{error}; {step}"):
        terraform.deploy(workspace(tmp_path, cli=said))


def test_a_command_line_that_says_nothing_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="cdktf deploy: it failed without a word"):
        terraform.deploy(workspace(tmp_path, cli="raise SystemExit(1)"))


def test_a_missing_kubeconfig_is_told_before_anything_runs(tmp_path: Path) -> None:
    place = workspace(tmp_path)
    (tmp_path / "kubeconfig.yaml").unlink()

    with pytest.raises(OutsideError, match=r"no kubeconfig at .*; start the control plane first"):
        terraform.deploy(place)

    assert not place.log.exists()


def test_stacks_that_were_never_synthesized_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no stacks in .*; synthesize them first"):
        terraform.stacks(tmp_path)


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("No changes. Your infrastructure matches the configuration.", Changes()),
        ("Plan: 1 to add, 2 to change, 3 to destroy.", Changes(added=1, changed=2, destroyed=3)),
    ],
)
def test_a_plan_is_counted(tmp_path: Path, said: str, changes: Changes) -> None:
    place = workspace(tmp_path, binary=f"print('{said}')")

    assert terraform.plans(place) == dict.fromkeys(NAMES, changes)


def test_a_plan_that_cannot_be_made_is_told_with_its_stack(tmp_path: Path) -> None:
    words = "print('╷\\n│ Error: Invalid reference\\n│ \\n│ A word.\\n╵')\nraise SystemExit(1)"

    with pytest.raises(OutsideError, match=r"lab-slices-cluster: Invalid reference: A word\."):
        terraform.plan(workspace(tmp_path, binary=words), NAMES[0])
