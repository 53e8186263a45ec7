"""Reviews of the fleet's own stacks on the lab's twin: what is said is what the apply does.

Minutes long: it earns that `fleet plan`, `review` and `apply` hold together on real
control planes, with real Terraform, and refuse what they must.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.controlplane import tools
from scripts.live import Live
from scripts.rehearsal.place import CHECKOUT
from tests.integration import harness

pytestmark = pytest.mark.slow

LAB = CHECKOUT / "environments"
ADS = re.compile(r"  ads:\n(?:    .*\n)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The lab's twin, and a file of the lab that a test may edit."""

    state: Path
    file: Path

    def fleet(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scripts.main", *map(str, arguments)],
            env={**os.environ, "GPU_FLEET_STATE": str(self.state)},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
            timeout=500,
        )

    def edit(self, old: str, new: str) -> None:
        text = self.file.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the lab"
        self.file.write_text(text.replace(old, new))

    def plan(self) -> dict[str, Any]:
        run = self.fleet("plan", self.file, "--twin", "--format", "json")
        found: dict[str, Any] = json.loads(run.stdout)
        assert run.returncode == (3 if any(each["error"] for each in found["stacks"]) else 0)
        return found

    def review(self, planned: dict[str, Any]) -> dict[str, Any]:
        files = [each["document"] for each in planned["stacks"]]
        run = self.fleet("review", "--env", self.file, "--format", "json", *files)
        assert run.returncode in {0, 1}, run.stderr
        found: dict[str, Any] = json.loads(run.stdout)
        return found

    def apply(self, hash_: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self.fleet("apply", self.file, "--twin", "--reviewed", hash_, *options)

    def summary(self, stack: dict[str, Any]) -> str:
        """Terraform's own words of a kept plan."""
        done = subprocess.run(
            [str(tools.terraform()), "show", "-no-color", stack["binary"]],
            cwd=self.state / "twin/lab/cdktf.out/stacks" / stack["stack"],
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        found = re.search(r"^Plan: .*$", done.stdout, re.MULTILINE)
        return found[0] if found else "No changes"


@pytest.fixture(scope="module")
def state(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A twin of the lab that is up, away from a person's own."""
    harness.planes_of_its_own(request)
    directory = tmp_path_factory.mktemp("state")
    up = Twin(state=directory, file=LAB / "lab.yaml")
    run = up.fleet("rehearse", "lab")
    assert run.returncode == 0, run.stderr[-2000:]
    yield directory
    up.fleet("down", "lab")


@pytest.fixture
def twin(state: Path, tmp_path: Path) -> Iterator[Twin]:
    """The twin as the lab describes it; what a test applied is taken back."""
    folder = tmp_path / "environments"
    shutil.copytree(LAB / "demand", folder / "demand")
    shutil.copy(LAB / "lab.yaml", folder)
    found = Twin(state=state, file=folder / "lab.yaml")
    yield found
    shutil.copytree(LAB / "demand", folder / "demand", dirs_exist_ok=True)
    shutil.copy(LAB / "lab.yaml", folder)
    planned = found.plan()
    if any(each["changes"] for each in planned["stacks"]):
        waive(found, TOMORROW)
        back = found.apply(found.plan()["hash"], "--most-share", "1")
        assert back.returncode == 0, back.stderr


TODAY = dt.datetime.now(tz=dt.UTC).date()
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)


def waive(twin: Twin, until: dt.date) -> None:
    """Accepts the loss of data until that day, before what the lab waives anyway."""
    entry = (
        "waivers:\n  - rule: data-destroyed\n    subject: '*'\n    reason: the team is gone\n"
        f"    owner: platform\n    until: '{until}'\n"
    )
    twin.edit("waivers:\n", entry)


def gone(twin: Twin, namespace: str) -> None:
    """Waits for the end of a namespace: until then nothing can be put into one of its name."""
    live = Live("slices", twin.state / "twin/lab/slices/kubeconfig.yaml")
    deadline = time.monotonic() + 60
    while live.get(f"/api/v1/namespaces/{namespace}") is not None:
        assert time.monotonic() < deadline, f"{namespace} is still there"
        time.sleep(0.5)


def counted(review: dict[str, Any]) -> Counter[str]:
    total: Counter[str] = Counter()
    for stack in review["stacks"]:
        total.update(stack["counts"])
    return total


def as_terraform_says(counts: dict[str, int]) -> str:
    """The review's counts as Terraform sums up: a replacement is added and destroyed."""
    new = counts.get("create", 0) + counts.get("replace", 0)
    gone = counts.get("delete", 0) + counts.get("replace", 0)
    if not new + gone + counts.get("update", 0):
        return "No changes"
    return f"Plan: {new} to add, {counts.get('update', 0)} to change, {gone} to destroy."


def test_nothing_changes_where_nothing_was_edited(twin: Twin) -> None:
    planned = twin.plan()

    review = twin.review(planned)
    applied = twin.apply(planned["hash"])

    assert counted(review) == {}
    assert review["risk"] == "none"
    assert applied.stdout == "nothing to apply\n"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("slices: 120, gpu_memory: 512Gi", "slices: 100, gpu_memory: 400Gi", {"update"}),
        ("owner: ads-ranking", "owner: ads-auction", {"update"}),
        ("nodes: {desired: 3}", "nodes: {desired: 4}", {"create"}),
        ("value: 10000, preempts", "value: 9000, preempts", {"replace"}),
        ("split: 10", "split: 8", {"update"}),
    ],
    ids=["quota", "owner", "nodes", "priority", "split"],
)
def test_the_review_says_what_the_apply_does(
    twin: Twin, old: str, new: str, what: set[str]
) -> None:
    twin.edit(old, new)
    planned = twin.plan()

    review = twin.review(planned)
    said = {stack["name"]: as_terraform_says(stack["counts"]) for stack in review["stacks"]}
    summed = {stack["stack"]: twin.summary(stack) for stack in planned["stacks"]}
    applied = twin.apply(planned["hash"], "--most-share", "1")
    after = twin.plan()

    assert what <= set(counted(review))
    assert said == summed
    assert applied.returncode == 0, applied.stderr
    changed = {stack["stack"] for stack in planned["stacks"] if stack["changes"]}
    assert set(applied.stdout.strip().removeprefix("applied ").split(", ")) == changed
    assert [stack["stack"] for stack in after["stacks"] if stack["changes"]] == []


def test_what_was_edited_after_the_review_is_refused(twin: Twin) -> None:
    twin.edit("slices: 120,", "slices: 110,")
    reviewed = twin.plan()["hash"]
    twin.edit("slices: 110,", "slices: 90,")

    applied = twin.apply(reviewed)

    assert applied.returncode == 1
    assert f"the plans are not those that were reviewed: {reviewed[:16]} then, " in applied.stderr
    assert "; it differs in lab-slices-tenancy; review them anew" in applied.stderr


def test_machines_that_work_do_not_go(twin: Twin) -> None:
    twin.edit("nodes: {desired: 3}", "nodes: {desired: 2}")
    planned = twin.plan()

    review = twin.review(planned)
    too_many = twin.apply(planned["hash"])
    in_use = twin.apply(planned["hash"], "--most-share", "1")

    machines = [each for each in review["dangers"] if each["subject"] == "machine"]
    assert [(each["what"], each["machines"]) for each in machines] == [("delete", 1)]
    assert too_many.returncode == 1
    assert "it takes away 1 of 5 machines, 20 %; one apply may take 10 %;" in too_many.stderr
    assert in_use.returncode == 1
    assert re.search(r"\d+ pods? with cards runs? on what would go: \w+/", in_use.stderr)
    assert "drain it first" in in_use.stderr


def test_a_tenant_goes_only_behind_broken_glass(twin: Twin) -> None:
    twin.file.write_text(ADS.sub("", twin.file.read_text()))
    (twin.file.parent / "demand" / "lab.yaml").unlink()
    planned = twin.plan()
    refused = twin.apply(planned["hash"])
    lab = twin.file.read_text()

    waive(twin, YESTERDAY)
    expired = twin.apply(planned["hash"])
    twin.file.write_text(lab)
    waive(twin, TOMORROW)
    broken = twin.apply(planned["hash"])

    gone(twin, "ads")

    assert refused.returncode == 1
    assert "data-destroyed: kubectl_manifest.Namespace-ads" in refused.stderr
    assert "; to do it all the same, waive the rule in the environment for a day" in refused.stderr
    assert expired.returncode == 1
    assert "data-destroyed" in expired.stderr
    assert broken.returncode == 0, broken.stderr
    assert "lab-slices-tenancy" in broken.stdout


def test_a_stack_that_cannot_be_planned_does_not_hide_the_others(twin: Twin) -> None:
    kubeconfig = twin.state / "twin/lab/whole/kubeconfig.yaml"
    aside = kubeconfig.rename(kubeconfig.with_suffix(".aside"))
    try:
        twin.edit("slices: 120,", "slices: 110,")
        run = twin.fleet("plan", twin.file, "--twin")
        planned = twin.plan()
        applied = twin.apply(planned["stacks"][0]["hash"])
    finally:
        aside.rename(kubeconfig)

    failed = {each["stack"] for each in planned["stacks"] if each["error"]}
    assert run.returncode == 3
    assert "lab-slices-tenancy" in run.stdout
    assert failed
    assert all(stack.startswith("lab-whole-") for stack in failed)
    assert planned["hash"] == ""
    assert [each["changes"] for each in planned["stacks"][:3]] == [0, 0, 1]
    assert applied.returncode == 1
    assert "cannot be planned: " in applied.stderr
