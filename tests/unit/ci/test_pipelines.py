"""Do the pipelines that others copy really run, step by step, and with no right too many?"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ci import runner
from tests.unit.ci.runner import FLEET, PIPELINES, ROOT, Done, Machine
from tests.unit.reviewing.forges import GitHubServer, GitLabServer

CANARY = "canary-5e1f"
STACK = "lab-slices-tenancy"
WORKFLOWS = ["github-review.yml", "github-apply.yml"]
EXPRESSION = "vars.FLEET_DIRECTORY && format('{0}/{1}.yaml', vars.FLEET_DIRECTORY, matrix.environment) || matrix.environment"

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("bash", "git", "jq")),
    reason="bash, git and jq are what a runner has; one of them is missing here",
)


def change(value: str) -> dict[str, Any]:
    """A resource that is made, with a secret in it."""
    return {
        "address": "terraform_data.x",
        "mode": "managed",
        "type": "terraform_data",
        "name": "x",
        "provider_name": "terraform.io/builtin/terraform",
        "change": {
            "actions": ["create"],
            "before": None,
            "after": {"input": {"open": value, "password": CANARY}},
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": {"input": {"password": True}},
        },
    }


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(home=tmp_path / "runner")
    made.plans(STACK, [change("first")])
    return made


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    server = GitHubServer()
    with server.running():
        yield server


@pytest.fixture
def gitlab() -> Iterator[GitLabServer]:
    server = GitLabServer()
    with server.running():
        yield server


@pytest.fixture
def commits(machine: Machine) -> dict[str, str]:
    """A team's repository with an environment, and one of GPU Fleet; their commits."""
    return repositories(machine, waivers=True)


def repositories(machine: Machine, *, waivers: bool) -> dict[str, str]:
    lab = (ROOT / "environments" / "lab.yaml").read_text(encoding="utf-8")
    # Its own are at its end; ours are also good on the day after they ended.
    lab = lab.partition("\nwaivers:\n")[0]
    demand = (ROOT / "environments" / "demand" / "lab.yaml").read_text(encoding="utf-8")
    soon = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=7)
    accepted = f"""
waivers:
  - rule: state-on-one-machine
    subject: "*"
    reason: A rehearsal of pipelines.
    owner: platform
    until: "{soon}"
"""
    files = {
        "fleets/lab.yaml": lab + (accepted if waivers else ""),
        "fleets/demand/lab.yaml": demand,
    }
    launcher = f'#!/bin/sh\nexec "{FLEET}" "$@"\n'
    return {
        "team": machine.repository("team/fleet", files),
        "fleet": machine.repository("gpu-fleet", {"scripts/fleet": launcher}),
    }


def on_github(
    machine: Machine, server: GitHubServer, commits: dict[str, str], name: str, **given: str
) -> Done:
    """Runs the job of a workflow as for the environment `lab`."""
    (job,) = runner.read(name)["jobs"].values()
    remote = machine.home / "repositories"
    credentials = (
        '{"CLOUD_KEY": "k-1", "TF_VAR_kubeconfig_slices": "apiVersion: v1\\nkind: Config"}'
    )
    contexts = {
        "github.token": "ghs_bot",
        "vars.FLEET_SOURCE": str(remote / "gpu-fleet"),
        "vars.FLEET_COMMIT": commits["fleet"],
        "secrets.FLEET_CREDENTIALS": credentials,
        EXPRESSION: "fleets/lab.yaml",
    }
    variables = {
        "GITHUB_SERVER_URL": f"file://{remote}",
        "GITHUB_REPOSITORY": "team/fleet",
        "GITHUB_API_URL": server.url,
        "GITHUB_SHA": commits["team"],
        **given,
    }
    return runner.github(machine, job, contexts, variables)


def event(machine: Machine, head: str) -> dict[str, str]:
    file = machine.home / "event.json"
    pull = {"number": 7, "head": {"sha": head}}
    file.write_text(json.dumps({"pull_request": pull}), encoding="utf-8")
    return {"GITHUB_EVENT_PATH": str(file), "GITHUB_RUN_ID": "100"}


def test_the_workflow_reviews_a_pull_request_and_keeps_no_plan_and_shows_no_secret(
    machine: Machine, github: GitHubServer, commits: dict[str, str]
):
    done = on_github(machine, github, commits, "github-review.yml", **event(machine, "a" * 40))

    names = "Check out,Find GPU Fleet,Validate,Lint,Synthesize,Read the credentials,Plan,Review"
    assert done.status == dict.fromkeys(names.split(","), 0), done.said
    (comment,) = github.comments
    assert "### lab: 1 create" in comment["body"]
    kept = sorted(path.name for path in (machine.temp / "review").iterdir())
    assert kept == ["review.html", "review.json", "review.sarif"]
    assert "### lab: 1 create" in (machine.temp / "summary.md").read_text()
    shown = [comment["body"], done.said, (machine.temp / "summary.md").read_text()]
    shown += [path.read_text() for path in (machine.temp / "review").iterdir()]
    assert CANARY in (machine.temp / "state/plans/lab" / f"{STACK}.json").read_text()
    assert not any(CANARY in text for text in shown)
    assert "ghs_bot" not in done.said
    # What Terraform reads reaches it; a kubeconfig as a file of its owner alone.
    lines = dict(line.split("=", 1) for line in (machine.temp / "env").read_text().splitlines())
    kubeconfig = Path(lines["TF_VAR_kubeconfig_slices"])
    assert lines["CLOUD_KEY"] == "k-1"
    assert done.said.count("k-1") == done.said.count("::add-mask::k-1") == 1
    assert kubeconfig.read_text() == "apiVersion: v1\nkind: Config\n"
    assert kubeconfig.stat().st_mode & 0o077 == 0
    # What is uploaded is this folder and nothing above it.
    upload = runner.read("github-review.yml")["jobs"]["review"]["steps"][-1]
    assert upload["with"]["path"] == "${{ runner.temp }}/review/"


@pytest.mark.slow
def test_what_lint_finds_fails_the_job_and_hides_no_review(machine: Machine, github: GitHubServer):
    """Earns: the review comes all the same, in the job itself; the exit of lint has fast tests."""
    commits = repositories(machine, waivers=False)

    done = on_github(machine, github, commits, "github-review.yml", **event(machine, "a" * 40))

    assert {name for name, status in done.status.items() if status} == {"Lint"}, done.said
    assert "::warning file=fleets/lab.yaml,line=8" in done.said
    assert len(github.comments) == 1


@pytest.mark.slow
def test_after_the_merge_exactly_what_was_reviewed_is_applied_once(
    machine: Machine, github: GitHubServer, commits: dict[str, str]
):
    """Earns: both workflows, one after the other, as a team lives with them."""
    on_github(machine, github, commits, "github-review.yml", **event(machine, "a" * 40))
    merge(github, commits["team"])

    done = anew(machine, github, commits, GITHUB_RUN_ID="101")

    assert set(done.status.values()) == {0}, done.said
    assert machine.applied == [STACK]
    assert f"applied {STACK}" in done.said
    (comment,) = github.comments
    assert "✅ **Applied.** As reviewed, it changes nothing that is in use." in comment["body"]

    again = anew(machine, github, commits, GITHUB_RUN_ID="102")

    assert set(again.status.values()) == {0}, again.said
    assert "nothing to apply" in again.said
    assert machine.applied == [STACK]
    assert "**Applied.**" in comment["body"]


@pytest.mark.slow
def test_what_was_not_reviewed_is_not_applied(
    machine: Machine, github: GitHubServer, commits: dict[str, str]
):
    """Earns: no review, another plan, a later commit; each stops the job before it applies."""
    merge(github, commits["team"])

    never = on_github(machine, github, commits, "github-apply.yml", GITHUB_RUN_ID="99")

    said = "fleet: no comment says what was reviewed of lab; review it, and apply it by the hash"
    assert never.status["Apply what was reviewed"] == 1
    assert said in never.said

    fresh(machine)
    on_github(machine, github, commits, "github-review.yml", **event(machine, "a" * 40))
    machine.plans(STACK, [change("second")])
    other = anew(machine, github, commits, GITHUB_RUN_ID="101")

    assert other.status["Apply what was reviewed"] == 1
    assert "fleet: the plans are not those that were reviewed: " in other.said

    github.pulls[7]["head"]["sha"] = "b" * 40
    machine.plans(STACK, [change("first")])
    late = anew(machine, github, commits, GITHUB_RUN_ID="102")

    assert late.status["Apply what was reviewed"] == 1
    assert "is of commit aaaaaaaaaaaa, and its last is bbbbbbbbbbbb" in late.said
    assert machine.applied == []
    assert "Applied" not in github.comments[0]["body"]


@pytest.mark.slow
def test_the_jobs_of_gitlab_review_and_apply_too(
    machine: Machine, gitlab: GitLabServer, commits: dict[str, str]
):
    """Earns: the same for GitLab, and that its runner keeps no plan anywhere."""
    review = on_gitlab(machine, gitlab, commits, "gitlab-review.yml", CI_PIPELINE_ID="1")

    assert review.status == {"script": 0}, review.said
    (note,) = gitlab.notes
    assert "### lab: 1 create" in note["body"]
    work = machine.home / "work"
    kept = sorted(str(path.relative_to(work)) for path in (work / "review").iterdir())
    assert kept == runner.read("gitlab-review.yml")[".fleet-review"]["artifacts"]["paths"]
    assert not any(CANARY in (work / path).read_text() for path in kept)
    # No plan stays behind, neither in the checkout nor beside it.
    assert CANARY not in review.said + note["body"]
    assert list((machine.home / "tmp").iterdir()) == []

    merged = {"iid": 7, "state": "merged", "sha": "a" * 40, "merge_commit_sha": "c" * 40}
    gitlab.merged["c" * 40] = [merged]
    commit = {"CI_MERGE_REQUEST_IID": "", "CI_COMMIT_SHA": "c" * 40}
    shutil.rmtree(work)
    apply = on_gitlab(machine, gitlab, commits, "gitlab-apply.yml", CI_PIPELINE_ID="2", **commit)

    assert apply.status == {"script": 0}, apply.said
    assert machine.applied == [STACK]
    assert "**Applied.**" in note["body"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_no_right_too_many(name: str):
    workflow = runner.read(name)
    (job,) = workflow["jobs"].values()

    assert "pull_request_target" not in (PIPELINES / name).read_text()
    assert set(workflow["on"]) == {"pull_request" if "review" in name else "push"}
    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "${{ matrix.environment }}" in job["concurrency"]["group"]
    assert job["concurrency"]["cancel-in-progress"] is False
    assert "${{ matrix.environment }}" in job["environment"]
    for step in job["steps"]:
        # What a pull request may choose (a branch's name, a title) never stands in a script.
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_checkout_of_gpu_fleet_needs_no_variables(machine: Machine, name: str):
    (job,) = runner.read(name)["jobs"].values()
    (step,) = (one for one in job["steps"] if one["name"] == "Find GPU Fleet")
    written = machine.temp / "env"
    given = {"SOURCE": "", "COMMIT": "", "GITHUB_ENV": str(written)}

    status, said = machine.shell(step["run"], given, machine.folder("work"))

    assert (status, said) == (0, "")
    assert f"FLEET={machine.home}/work/scripts/fleet\n" in written.read_text()


def test_a_token_is_given_only_to_the_step_that_writes():
    for name, writes in zip(WORKFLOWS, ["Review", "Apply what was reviewed"], strict=True):
        (job,) = runner.read(name)["jobs"].values()
        steps = [step["name"] for step in job["steps"] if "GITHUB_TOKEN" in step.get("env", {})]
        assert steps == [writes]
        assert "GITHUB_TOKEN" not in job["env"]


def test_the_two_workflows_check_out_in_the_same_way():
    review, apply = (next(iter(runner.read(name)["jobs"].values())) for name in WORKFLOWS)
    by_name = {step["name"]: step for step in review["steps"]}

    assert apply["steps"][0] == by_name["Check out"]
    assert apply["steps"][2]["run"] == by_name["Read the credentials"]["run"]


def test_the_jobs_of_gitlab_run_where_they_should_and_keep_nothing_but_the_review():
    review = runner.read("gitlab-review.yml")
    apply = runner.read("gitlab-apply.yml")

    assert "merge_request_event" in review[".fleet-review"]["rules"][0]["if"]
    assert "CI_MERGE_REQUEST_SOURCE_PROJECT_ID" in review[".fleet-review"]["rules"][0]["if"]
    assert "$CI_DEFAULT_BRANCH" in apply[".fleet-apply"]["rules"][0]["if"]
    assert "artifacts" not in apply[".fleet-apply"]
    for pipeline, hidden in ((review, ".fleet-review"), (apply, ".fleet-apply")):
        assert pipeline[hidden]["interruptible"] is False
        assert "$FLEET_NAME" in pipeline[hidden]["resource_group"]
        jobs = {name: job for name, job in pipeline.items() if not name.startswith(".")}
        assert {job["extends"] for job in jobs.values()} == {hidden}
        assert [job["variables"]["FLEET_NAME"] for job in jobs.values()] == [
            "production",
            "staging",
        ]


@pytest.mark.skipif(
    shutil.which("actionlint") is None,
    reason="actionlint is not on this machine; go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12",
)
def test_actionlint_has_nothing_against_the_workflows():
    files = sorted(str(path) for path in PIPELINES.glob("github*.yml"))

    done = subprocess.run(["actionlint", *files], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def on_gitlab(
    machine: Machine, server: GitLabServer, commits: dict[str, str], name: str, **given: str
) -> Done:
    """Runs the script of a job as for the environment `lab`."""
    work = machine.folder("work")
    clone = ["git", "clone", "--quiet", str(machine.home / "repositories/team/fleet"), str(work)]
    subprocess.run(clone, check=True)
    (hidden,) = (job for key, job in runner.read(name).items() if key.startswith("."))
    variables = {
        **server.variables,
        "CI_PROJECT_DIR": str(work),
        "FLEET_NAME": "lab",
        "FLEET_DIRECTORY": "fleets",
        "FLEET_SOURCE": str(machine.home / "repositories/gpu-fleet"),
        "FLEET_COMMIT": commits["fleet"],
        **given,
    }
    status, said = machine.shell("\n".join(hidden["script"]), variables, work)
    return Done(status={"script": status}, said=said)


def merge(server: GitHubServer, commit: str) -> None:
    server.pulls[7] |= {"merged_at": "2026-11-22T00:00:00Z", "merge_commit_sha": commit}
    server.merged[commit] = [7]


def fresh(machine: Machine) -> None:
    """The next job starts on a runner on which nothing lies."""
    for folder in (machine.temp, machine.home / "work"):
        shutil.rmtree(folder)
    machine.temp.mkdir()


def anew(machine: Machine, server: GitHubServer, commits: dict[str, str], **given: str) -> Done:
    fresh(machine)
    return on_github(machine, server, commits, "github-apply.yml", **given)
