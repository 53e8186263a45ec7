"""A runner as small as our pipelines need: steps in a shell, one after another.

What is outside of them is stood in for: a Terraform that plans what a test says, a
server of GitHub or GitLab on the loopback, repositories on this disk. `fleet` is real.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
PIPELINES = ROOT / "scripts" / "ci"
FLEET = Path(sys.executable).with_name("fleet")

TERRAFORM = """#!/bin/sh
# Plans what lies beside it, for one stack, until that is applied.
here=$(dirname "$0")
echo "$(basename "$PWD") $*" >> "$here/asked"
case $1 in
  version) echo '{"terraform_version": "1.14.0"}' ;;
  apply) rm "$here/$(basename "$PWD").json" ;;
  show) cat "$here/$(basename "$PWD").json" 2>/dev/null || cat "$here/nothing" ;;
esac
"""


@dataclass(kw_only=True)
class Done:
    """What a pipeline did."""

    status: dict[str, int] = field(default_factory=dict)
    """Of each step that ran a script."""
    said: str = ""


@dataclass(kw_only=True)
class Machine:
    """Folders of a runner, and a Terraform that a test tells what to plan."""

    home: Path

    def __post_init__(self) -> None:
        self.temp.mkdir(parents=True)
        self.terraform.mkdir()
        self.folder("work")
        binary = self.terraform / "terraform"
        binary.write_text(TERRAFORM, encoding="utf-8")
        binary.chmod(0o755)
        self.plans("nothing", [])

    @property
    def temp(self) -> Path:
        return self.home / "temp"

    @property
    def terraform(self) -> Path:
        return self.home / "terraform"

    def folder(self, name: str) -> Path:
        found = self.home / name
        found.mkdir(exist_ok=True)
        return found

    def plans(self, stack: str, changes: list[dict[str, Any]]) -> None:
        """What Terraform will plan for a stack."""
        plan = {
            "format_version": "1.2",
            "terraform_version": "1.14.0",
            "resource_changes": changes,
        }
        name = "nothing" if stack == "nothing" else f"{stack}.json"
        (self.terraform / name).write_text(json.dumps(plan), encoding="utf-8")

    @property
    def applied(self) -> list[str]:
        asked = (self.terraform / "asked").read_text().splitlines()
        return [line.split()[0] for line in asked if line.split()[1] == "apply"]

    @property
    def variables(self) -> dict[str, str]:
        """Of every step."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.folder("tmp")),
            "RUNNER_TEMP": str(self.temp),
            "TERRAFORM_BINARY_NAME": str(self.terraform / "terraform"),
        }

    def repository(self, name: str, files: dict[str, str]) -> str:
        """A repository below `repositories` with one commit; the commit."""
        place = self.folder("repositories") / name
        place.mkdir(parents=True)
        for path, text in files.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            file.chmod(0o755)
        for call in (
            ["init", "--quiet"],
            ["add", "."],
            ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "all"],
        ):
            subprocess.run(["git", *call], cwd=place, check=True, env=self.variables)
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=place, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def shell(self, script: str, variables: dict[str, str], folder: Path) -> tuple[int, str]:
        """A script as runners run it, and all that it said."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder,
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=180,
        )
        return done.returncode, done.stdout


def read(name: str) -> dict[str, Any]:
    """A pipeline. YAML takes its key `on` for a boolean."""
    found: dict[Any, Any] = yaml.safe_load((PIPELINES / name).read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def resolved(text: str, contexts: dict[str, str]) -> str:
    """The text with its `${{ expressions }}` looked up; one that nobody gave fails the test."""
    return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: contexts[found[1]], text)


def github(
    machine: Machine, job: dict[str, Any], contexts: dict[str, str], variables: dict[str, str]
) -> Done:
    """Runs the steps of a job of GitHub; after one that fails only what says `!cancelled()`."""
    done = Done()
    kept: dict[str, str] = {}
    written = machine.temp / "env"
    written.touch()
    summary = machine.temp / "summary.md"
    for step in job["steps"]:
        failed = any(done.status.values())
        if "run" not in step or (failed and "!cancelled()" not in step.get("if", "")):
            continue
        own = {**job.get("env", {}), **step.get("env", {})}
        given = {name: resolved(text, contexts) for name, text in own.items()}
        files = {"GITHUB_ENV": str(written), "GITHUB_STEP_SUMMARY": str(summary)}
        status, said = machine.shell(
            step["run"], {**variables, **files, **kept, **given}, machine.folder("work")
        )
        done.status[step["name"]] = status
        done.said += f"\n--- {step['name']}\n{said}"
        kept |= dict(line.split("=", 1) for line in written.read_text().splitlines())
    return done
