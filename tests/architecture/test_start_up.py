"""What a command loads before it is needed: nobody waits a second for an engine they do not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = ("cdktn", "cdktf", "jsii", "constructs", "components.cdk")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["validate", "production"],
        ["validate", "--help"],
        ["synth", "--help"],
        ["rules"],
        ["lint", "lab", "--no-synth"],
    ],
    ids=" ".join,
)
def test_a_command_that_synthesizes_nothing_leaves_the_engine_alone(arguments: list[str]) -> None:
    loaded = loaded_by(f"from scripts import main; main.run({arguments})")

    assert not loaded & set(ENGINE)


def test_help_loads_no_client_of_kubernetes() -> None:
    assert "kubernetes" not in loaded_by("from scripts import main; main.run(['--help'])")


@pytest.mark.parametrize(
    "module",
    ["components.addons", "components.clouds", "components.terraform", "stacks.names", "policies"],
)
def test_what_knows_no_engine_loads_none(module: str) -> None:
    assert not loaded_by(f"import {module}") & set(ENGINE)


def loaded_by(program: str) -> set[str]:
    """The modules that are loaded once the program has run."""
    tell = "import sys; print('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\n{tell}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.rsplit("\n", 2)[1].split())
