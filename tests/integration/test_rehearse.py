"""The main job as a person runs it: the lab's twin, from the file to running pods and back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.controlplane import processes
from environments import load
from scripts.console import Quiet
from scripts.rehearsal.place import CHECKOUT
from scripts.simulation import flow, words
from tests.integration import harness

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def state(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Where this module's twin lives, away from a person's own."""
    harness.planes_of_its_own(request)
    directory = tmp_path_factory.mktemp("state")
    yield directory
    fleet(directory, "down", "lab")


@pytest.fixture(scope="module")
def rehearsal(state: Path) -> dict[str, Any]:
    """A rehearsal of the lab, with a second plan."""
    run = fleet(state, "rehearse", "lab", "--second-plan", "--format", "json")
    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def fleet(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(state),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scripts.main", *arguments]


def environment(state: Path) -> dict[str, str]:
    return {**os.environ, "GPU_FLEET_STATE": str(state)}


def test_the_simulator_places_as_many_pods_as_the_control_planes(rehearsal: dict[str, Any]) -> None:
    loaded = load.load("lab")

    found = flow.simulate(loaded.environment, loaded.demand, flow.Wish(story=False), Quiet())

    placed = {cluster.name: words.named_trial(cluster).placed for cluster in found.clusters}
    assert placed == {cluster["name"]: cluster["pods_running"] for cluster in rehearsal["clusters"]}


def test_every_pod_that_fits_runs_and_the_rest_is_explained(rehearsal: dict[str, Any]) -> None:
    slices, whole = rehearsal["clusters"]

    assert rehearsal["verdict"] == "pass"
    assert slices["pods_running"] == slices["pods_demanded"] == 118
    assert (whole["pods_running"], whole["pods_demanded"]) == (3, 4)
    assert [item["reason"] for item in whole["unplaced"]] == ["quota"]


def test_cards_are_cut_by_memory(rehearsal: dict[str, Any]) -> None:
    slices = rehearsal["clusters"][0]

    cards = [card for pool in slices["pools"] for node in pool["nodes"] for card in node["cards"]]

    assert sum(memory for memory, _, _ in cards) == 60 * 2048 + 24 * 1024 + 30 * 1536 + 4 * 18432
    assert max(pods for _, _, pods in cards) <= 10


def test_a_second_plan_of_every_stack_is_empty(rehearsal: dict[str, Any]) -> None:
    layers = [layer for cluster in rehearsal["clusters"] for layer in cluster["layers"]]

    assert len(layers) == 6
    assert {layer["second_plan"] for layer in layers} == {"empty"}


def test_each_policy_was_proven_on_the_api_server(rehearsal: dict[str, Any]) -> None:
    proofs = [proof for cluster in rehearsal["clusters"] for proof in cluster["proofs"]]

    assert len({proof["policy"] for proof in proofs}) >= 5
    assert all(proof["refused"] and proof["passed"] for proof in proofs)


def test_no_credential_is_in_the_page_or_the_stacks(state: Path, rehearsal: dict[str, Any]) -> None:
    kubeconfig = (state / "twin/lab/slices/kubeconfig.yaml").read_text()
    secrets = [
        line.split()[-1]
        for line in kubeconfig.splitlines()
        if line.strip().startswith(("client-key", "client-certificate", "token"))
    ]
    written = [state / "reports/lab.html", *(state / "twin/lab/cdktf.out").rglob("*.json")]

    texts = [path.read_text(encoding="utf-8") for path in written]

    assert secrets
    assert len(texts) > 6
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert not [text for text in texts if "PRIVATE KEY" in text]


def test_the_twin_is_verified_again_and_a_deleted_object_is_found(
    state: Path, rehearsal: dict[str, Any]
) -> None:
    assert rehearsal["verdict"] == "pass"

    well = fleet(state, "verify", "lab", "--twin")
    _delete_a_priority_class(state)
    ill = fleet(state, "verify", "lab", "--twin", "--cluster", "slices")

    assert well.returncode == 0, well.stdout
    assert ill.returncode == 1
    assert "PriorityClass-serving is missing" in ill.stdout


def _delete_a_priority_class(state: Path) -> None:
    from scripts.live import Live

    live = Live("slices", state / "twin/lab/slices/kubeconfig.yaml")
    live.delete("/apis/scheduling.k8s.io/v1/priorityclasses/serving")


def deploying(state: Path) -> subprocess.Popen[str]:
    """A rehearsal that has just begun to deploy."""
    run = subprocess.Popen(
        command("rehearse", "lab"),
        env=environment(state),
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # pytest-xdist's workers may have been started with SIGINT ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    assert run.stderr is not None
    for line in run.stderr:
        if "initializing" in line:
            break
    return run


def test_ctrl_c_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    run = deploying(tmp_path)
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    _, rest = run.communicate(timeout=60)

    assert run.returncode == 130
    assert "interrupted" in rest
    assert processes.below(tmp_path) == ()
    assert not (tmp_path / "twin" / "lab").exists()


def test_a_control_plane_killed_in_mid_deploy_is_a_clear_message(tmp_path: Path) -> None:
    try:
        run = deploying(tmp_path)
        for process in processes.below(tmp_path):
            if process.name == "kube-apiserver":
                os.kill(process.pid, signal.SIGKILL)
        _, rest = run.communicate(timeout=200)

        assert run.returncode == 3
        assert "Traceback" not in rest
        assert "does not answer" in rest or "stopped answering" in rest
    finally:
        done = fleet(tmp_path, "down", "lab")

    assert done.returncode == 0
    assert processes.below(tmp_path) == ()
    assert not (tmp_path / "twin").exists()


def test_a_twin_that_is_not_up_is_said_so(tmp_path: Path) -> None:
    run = fleet(tmp_path, "verify", "lab", "--twin")

    assert run.returncode == 3
    assert "no twin of lab is up; run 'fleet rehearse lab' first" in run.stderr


def test_down_is_fine_when_nothing_is_up(tmp_path: Path) -> None:
    run = fleet(tmp_path, "down", "lab")

    assert run.returncode == 0
    assert "nothing was up" in run.stdout
