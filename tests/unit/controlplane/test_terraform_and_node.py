"""Terraform is found or asked for; its providers and Node come from where we put them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from components.controlplane import tools
from environments.errors import OutsideError

CHECKOUT = Path(__file__).parents[3]
needs_terraform = pytest.mark.skipif(
    shutil.which("terraform") is None, reason="no Terraform on this machine"
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("TERRAFORM_BINARY_NAME", raising=False)
    return folder


def program(folder: Path, name: str, version: str) -> Path:
    command = folder / name
    command.write_text(f"""#!/bin/sh\necho '{{"terraform_version": "{version}"}}'\n""")
    command.chmod(0o755)
    return command


def test_a_terraform_that_is_new_enough_is_found(programs: Path) -> None:
    newest = program(programs, "terraform", "1.11.4")

    assert tools.terraform() == newest


def test_tofu_will_do_where_terraform_is_too_old(programs: Path) -> None:
    program(programs, "terraform", "1.5.7")
    tofu = program(programs, "tofu", "1.10.0")

    assert tools.terraform() == tofu


def test_a_terraform_that_is_too_old_is_named_with_the_next_step(programs: Path) -> None:
    program(programs, "terraform", "1.5.7")

    with pytest.raises(OutsideError, match=r"terraform is 1\.5\.7, which is too old; install"):
        tools.terraform()


def test_no_terraform_at_all_is_told_with_the_next_step(programs: Path) -> None:
    with pytest.raises(
        OutsideError, match="terraform is not on PATH; install Terraform or OpenTofu"
    ):
        tools.terraform()


def test_the_terraform_that_the_user_chose_is_the_one(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs, "terraform", "1.11.4")
    chosen = program(programs, "my-terraform", "1.9.0")
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", str(chosen))

    assert tools.terraform() == chosen


@needs_terraform
def test_terraform_finds_a_cached_provider_without_a_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_FLEET_CACHE", str(tmp_path / "cache"))
    carried = tmp_path / "carried"
    carried.mkdir()
    (carried / "terraform-provider-kubectl").write_text("#!/bin/sh\nexit 1\n")
    tools.adopt(carried)
    mirror = tools.provider_mirror()
    work = tmp_path / "work"
    work.mkdir()
    providers = {"kubectl": {"source": "gavinbunney/kubectl", "version": "1.19.0"}}
    stack = {"terraform": {"required_providers": providers}}
    (work / "main.tf.json").write_text(json.dumps(stack))

    result = subprocess.run(
        [str(tools.terraform()), "init", "-no-color"],
        capture_output=True,
        check=False,
        cwd=work,
        env={**os.environ, **mirror.environment},
        text=True,
    )

    assert result.returncode == 0, result.stderr
    assert "Installed gavinbunney/kubectl v1.19.0" in result.stdout


def test_node_is_the_pinned_one() -> None:
    environment = tools.node_environment()

    by_name = subprocess.run(
        ["node", "--version"], capture_output=True, check=True, env=environment, text=True
    )
    by_path = subprocess.run(
        [environment["JSII_NODE"], "--version"], capture_output=True, check=True, text=True
    )

    assert by_name.stdout.startswith("v24.")
    assert by_path.stdout == by_name.stdout


def test_the_command_line_that_cannot_be_installed_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPU_FLEET_OFFLINE", "1")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(CHECKOUT / name, tmp_path / name)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "old").touch()

    with pytest.raises(OutsideError, match=r"cannot be installed .* unset GPU_FLEET_OFFLINE"):
        tools.cdktf_cli(checkout=tmp_path)

    assert (tmp_path / "node_modules" / "old").exists()
    assert list(tmp_path.glob(".node_modules-*")) == []


def test_a_checkout_without_its_lock_is_told() -> None:
    with pytest.raises(OutsideError, match="check the repository out again"):
        tools.cdktf_cli(checkout=Path(__file__).parent)


def test_the_locks_name_no_registry() -> None:
    lock = json.loads((CHECKOUT / "package-lock.json").read_text())

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
    for pins in (CHECKOUT / "scripts" / "locks").glob("*.txt"):
        assert "://" not in pins.read_text()
        assert "--index" not in pins.read_text()
