"""The stacks as the engine writes them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stacks import app, names
from stacks.request import Request
from tests import synthesized

Stacks = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def lab() -> Stacks:
    return synthesized.stacks(synthesized.order("lab"))


@pytest.fixture(scope="module")
def twin() -> Stacks:
    return synthesized.stacks(synthesized.order("lab", twin=True, charts=None))


def test_each_stack_has_a_state_of_its_own(lab: Stacks) -> None:
    paths = {name: stack["terraform"]["backend"]["local"]["path"] for name, stack in lab.items()}

    assert paths["lab-slices-device"] == "/states/lab/slices/device.tfstate"
    assert len(set(paths.values())) == len(lab)


def test_a_kubeconfig_is_a_path_that_is_handed_in_and_nothing_else(lab: Stacks) -> None:
    stack = lab["lab-slices-tenancy"]

    assert stack["provider"]["kubectl"] == [
        {"load_config_file": True, "config_path": "${var.kubeconfig_slices}"}
    ]
    assert "default" not in stack["variable"]["kubeconfig_slices"]


def test_the_provider_is_the_one_that_the_environment_pins(lab: Stacks, twin: Stacks) -> None:
    pins = [
        stacks["lab-slices-tenancy"]["terraform"]["required_providers"]["kubectl"]["source"]
        for stacks in (lab, twin)
    ]

    assert pins == ["alekc/kubectl", "gavinbunney/kubectl"]


def test_only_a_stack_with_charts_needs_the_helm_provider(lab: Stacks) -> None:
    with_helm = [name for name, stack in lab.items() if "helm" in stack["provider"]]

    assert with_helm == ["lab-slices-device", "lab-whole-device"]


def test_a_layer_is_deployed_after_those_below_it(tmp_path: Path) -> None:
    order = synthesized.order("lab", twin=True, charts=None)

    app.build(order, outdir=tmp_path).synth()

    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    needs = {name: stack["dependencies"] for name, stack in manifest["stacks"].items()}
    assert needs["lab-slices-cluster"] == []
    assert needs["lab-slices-device"] == ["lab-slices-cluster"]
    assert "lab-slices-device" in needs["lab-slices-tenancy"]
    assert not any("whole" in need for need in needs["lab-slices-tenancy"])


def test_the_app_writes_the_stacks_that_are_promised(twin: Stacks) -> None:
    environment = synthesized.order("lab", twin=True).environment

    assert sorted(twin) == sorted(map(str, names.order(environment)))


def test_every_object_has_an_address_that_terraform_takes(twin: Stacks) -> None:
    for stack in twin.values():
        for resources in stack["resource"].values():
            assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", name) for name in resources)


def test_the_program_answers_a_request_of_its_environment(tmp_path: Path) -> None:
    request = Request(environments=("lab",), twin=tmp_path / "twin")

    done = program(tmp_path, **request.variables())

    assert done.returncode == 0, done.stderr
    assert sorted(synthesized.read(tmp_path)) == [
        f"lab-{cluster}-{layer}"
        for cluster in ("slices", "whole")
        for layer in ("cluster", "device", "tenancy")
    ]


def test_the_program_tells_what_is_wrong_with_a_file_and_writes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\n")

    done = program(tmp_path, GPU_FLEET_ENVIRONMENT=str(bad))

    assert done.returncode == 2
    assert "bad.yaml:1:1" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "stacks").exists()


def program(outdir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stacks"],
        env={"PATH": "/usr/bin:/bin", "CDKTF_OUTDIR": str(outdir), **variables},
        cwd=Path(app.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
