"""Do the hooks and the pipeline files that others copy really run?"""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from policies import rules
from policies.reports import FORMATS
from scripts.main import COMMANDS

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / "scripts" / "ci" / "github.yml"
GITLAB = ROOT / "scripts" / "ci" / "gitlab.yml"

BAD = {
    "terraform": {"backend": {"cos": {"bucket": "b-1", "key": "k"}}},
    "resource": {"tencentcloud_cos_bucket": {"models": {"acl": "public-read"}}},
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a fault, where `scripts/fleet` is this checkout's."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "main.tf.json").write_text(json.dumps(BAD, indent=2))
    (tmp_path / "scripts").mkdir()
    fleet = tmp_path / "scripts" / "fleet"
    fleet.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).with_name("fleet")}" "$@"\n')
    fleet.chmod(0o755)
    (tmp_path / "temp").mkdir()
    return tmp_path


def run(script: str, project: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """A step of a pipeline, as a runner runs it."""
    environment = {
        "PATH": f"{project / 'bin'}:{os.environ['PATH']}",
        "HOME": str(project),
        "FLEET_LINT": "--terraform deploy/",
        **given,
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def step(name: str) -> dict[str, Any]:
    """A step of the workflow for GitHub."""
    steps = yaml.safe_load(GITHUB.read_text())["jobs"]["lint"]["steps"]
    found: dict[str, Any] = next(one for one in steps if one["name"] == name)
    return found


def test_the_workflow_annotates_summarizes_and_keeps_the_report(project: Path):
    paths = {"RUNNER_TEMP": str(project / "temp"), "GITHUB_ENV": str(project / "env")}
    assert (
        run(step("Find GPU Fleet")["run"], project, SOURCE="", COMMIT="", **paths).returncode == 0
    )
    name, _, fleet = (project / "env").read_text().strip().partition("=")

    summary = project / "summary.md"
    done = run(
        step("Lint")["run"],
        project,
        **paths,
        **{name: fleet},
        GITHUB_STEP_SUMMARY=str(summary),
    )

    assert done.returncode == 1, done.stderr
    assert "::error file=deploy/main.tf.json,line=13,col=16,title=" in done.stdout
    assert "public-bucket" in summary.read_text()
    sarif = json.loads((project / "temp" / "lint.sarif").read_text())
    rules = {result["ruleId"] for result in sarif["runs"][0]["results"]}
    assert "public-bucket" in rules


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not on this machine")
def test_the_workflow_uploads_what_code_scanning_asks_for(project: Path):
    (project / "bin").mkdir()
    gh = project / "bin" / "gh"
    gh.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {project}/asked\ncp "$6" {project}/sent\n')
    gh.chmod(0o755)
    (project / "temp" / "lint.sarif").write_text('{"version": "2.1.0"}')

    done = run(
        step("Show under code scanning")["run"],
        project,
        RUNNER_TEMP=str(project / "temp"),
        GITHUB_SHA="0" * 40,
        GITHUB_REF="refs/pull/7/merge",
        GITHUB_REPOSITORY="team/fleet",
    )

    assert done.returncode == 0, done.stderr
    assert "repos/team/fleet/code-scanning/sarifs" in (project / "asked").read_text()
    sent = json.loads((project / "sent").read_text())
    assert sent["ref"] == "refs/pull/7/merge"
    assert json.loads(gzip.decompress(base64.b64decode(sent["sarif"]))) == {"version": "2.1.0"}


def test_the_workflow_may_write_nothing_but_its_findings_and_runs_no_strangers_action():
    workflow = yaml.safe_load(GITHUB.read_text())
    job = workflow["jobs"]["lint"]

    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    assert all("uses" not in one for one in job["steps"])
    # What a pull request may choose (a branch's name, a title) never stands in a script.
    assert all("${{" not in one["run"] for one in job["steps"])


def test_the_job_for_gitlab_writes_both_reports(project: Path):
    job = yaml.safe_load(GITLAB.read_text())["fleet-lint"]

    done = run("\n".join(job["script"]), project, CI_PROJECT_DIR=str(project))

    assert done.returncode == 1, done.stderr
    entries = json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text())
    by_rule = {entry["check_name"]: entry["location"] for entry in entries}
    assert by_rule["public-bucket"] == {"path": "deploy/main.tf.json", "lines": {"begin": 13}}
    board = ET.fromstring((project / job["artifacts"]["reports"]["junit"]).read_text())
    assert board.find("./testsuite[@name='network']//failure") is not None


def test_each_hook_runs_a_command_that_there_is():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    assert [hook["id"] for hook in hooks] == ["fleet-lint", "fleet-validate"]
    for hook in hooks:
        program, command = hook["entry"].split()
        assert program == "fleet"
        assert command in COMMANDS
        assert hook["pass_filenames"] is False


def test_the_page_about_linting_tells_every_pack_and_format():
    page = (ROOT / "policies" / "README.md").read_text()

    assert [pack for pack in rules.packs() if f"| `{pack}` |" not in page] == []
    assert [name for name in FORMATS if f"| `{name}` |" not in page] == []
