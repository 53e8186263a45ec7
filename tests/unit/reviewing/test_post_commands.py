"""What does a person see of `--post`?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import main
from tests.unit.reviewing.forges import GitHubServer, Said
from tests.unit.reviewing.plans import created, plan


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubServer]:
    made = GitHubServer()
    with made.running():
        for name, value in made.variables.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "lab-slices-tenancy.json"
    found.write_text(json.dumps(created("a")), encoding="utf-8")
    return found


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.run(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_review_posts_and_says_where(
    capsys: pytest.CaptureFixture[str], server: GitHubServer, file: Path
):
    code, out, err = run(capsys, "review", str(file), "--env", "lab", "--post", "github")

    (comment,) = server.comments
    assert code == 0
    assert "### lab: 1 create" in out
    assert err == f"GitHub: wrote {comment['html_url']} on pull request 7 of team/fleet\n"
    assert f'"head": "{"a" * 40}"' in comment["body"]


def test_a_missing_variable_is_told_before_any_plan_is_read(
    capsys: pytest.CaptureFixture[str],
    server: GitHubServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    monkeypatch.delenv("GITHUB_TOKEN")
    broken = tmp_path / "plan.json"
    broken.write_text("{", encoding="utf-8")

    code, out, err = run(capsys, "review", str(broken), "--post", "github")

    assert (code, out) == (2, "")
    assert err == (
        "fleet: GITHUB_TOKEN is not set; in a workflow: env: GITHUB_TOKEN: ${{ github.token }}\n"
    )


def test_a_forge_that_fails_is_exit_code_3_and_the_review_is_still_shown(
    capsys: pytest.CaptureFixture[str], server: GitHubServer, file: Path
):
    server.disturb = lambda asked: (
        Said(status=403, data={"message": "Resource not accessible by integration"})
        if asked.method == "POST"
        else None
    )

    code, out, err = run(capsys, "review", str(file), "--post", "github")

    assert code == 3
    assert "1 create" in out
    assert err.startswith("fleet: GitHub: cannot write to pull request 7 of team/fleet (403: ")
    assert "ghs_bot" not in out + err


def test_review_without_plans_says_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from scripts.reviewing import planning

    monkeypatch.setattr(planning, "PLANS", tmp_path)

    nothing = run(capsys, "review")
    none = run(capsys, "review", "--env", "lab")
    (tmp_path / "lab").mkdir()
    stack = {"stack": "lab-slices-device", "seconds": 1.0, "error": "no provider"}
    kept = {"environment": "lab", "hash": "", "stacks": [stack]}
    (tmp_path / "lab" / "kept.json").write_text(json.dumps(kept))
    failed = run(capsys, "review", "--env", "lab")

    assert nothing[2] == (
        "fleet: nothing to review; name plans, or an environment with --env ENV\n"
    )
    assert none[2] == 'fleet: no plan of "lab" is kept; plan it first: fleet plan lab\n'
    assert failed[2] == (
        "fleet: lab-slices-device could not be planned; plan again: fleet plan lab\n"
    )
    assert (nothing[0], none[0], failed[0]) == (2, 2, 2)


def test_review_without_plans_takes_those_that_were_kept(
    capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch
):
    from scripts.reviewing import planning

    monkeypatch.setattr(planning, "PLANS", file.parent)
    (file.parent / "lab").mkdir()
    quiet = file.parent / "lab-slices-device.json"
    quiet.write_text(json.dumps(plan()), encoding="utf-8")
    stacks = [
        {"stack": one.stem, "seconds": 1.0, "document": str(one), "hash": "h"}
        for one in (quiet, file)
    ]
    kept = {"environment": "lab", "hash": "h", "stacks": stacks}
    (file.parent / "lab" / "kept.json").write_text(json.dumps(kept))

    code, out, _ = run(capsys, "review", "--env", "lab")

    assert code == 0
    assert "| lab-slices-device | no changes |" in out
    assert "| lab-slices-tenancy | 1 create |" in out


def test_the_hash_of_a_comment_needs_to_know_whose(capsys: pytest.CaptureFixture[str]):
    code, _, err = run(capsys, "apply", "lab", "--reviewed", "comment")

    assert code == 2
    assert err == ("fleet: --reviewed comment: whose comment? add --post github or --post gitlab\n")


def test_a_review_that_is_not_posted_loads_no_client():
    asked = (
        "import sys; from scripts import main; main.run(['review', '--help'])\n"
        "import scripts.commands.review, scripts.commands.apply, scripts.reviewing.forms\n"
        "print(*sorted(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    loaded = done.stdout.splitlines()[-1].split()
    assert not {"urllib.request", "scripts.reviewing.posting", "ssl"} & set(loaded)
