"""The device layer's charts on the lab's twin: real archives, Terraform's real Helm provider.

Neither comes with the project. GPU_FLEET_CHARTS names a directory with
`hami-2.9.0.tgz` and `nvidia-device-plugin-0.20.0.tgz`, as `helm pull` leaves
them; the provider is in the cache once a rehearsal with `--charts` has fetched it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.controlplane import tools
from scripts.live import Live
from scripts.verification import charts
from tests.integration import harness
from tests.integration.test_rehearse import fleet

pytestmark = pytest.mark.slow

SECRETS = "/api/v1/namespaces/hami-system/secrets"


@pytest.fixture(scope="module")
def archives(request: pytest.FixtureRequest) -> Path:
    """The directory of charts; skips where something is missing, and says what."""
    harness.planes_of_its_own(request)
    directory = os.environ.get("GPU_FLEET_CHARTS")
    if not directory:
        pytest.skip("GPU_FLEET_CHARTS names no directory of charts")
    if tools.missing([tools.HELM]):
        pytest.skip("Terraform's Helm provider is not cached; `fleet rehearse --charts` fetches it")
    return Path(directory)


@pytest.fixture(scope="module")
def state(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("state")
    yield directory
    fleet(directory, "down", "lab")


@pytest.fixture(scope="module")
def rehearsal(archives: Path, state: Path) -> dict[str, Any]:
    run = fleet(
        state, "rehearse", "lab", "--charts", str(archives), "--second-plan", "--format", "json"
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def live(state: Path, cluster: str) -> Live:
    return Live(cluster, state / "twin" / "lab" / cluster / "kubeconfig.yaml")


def test_both_charts_are_deployed_at_their_versions(rehearsal: dict[str, Any]) -> None:
    told = {
        cluster["name"]: (check["status"], check["compared"], check["detail"])
        for cluster in rehearsal["clusters"]
        for check in cluster["checks"]
        if check["name"] == charts.NAME
    }

    assert told == {
        "slices": ("pass", 1, "hami 2.9.0 deployed"),
        "whole": ("pass", 1, "nvidia-device-plugin 0.20.0 deployed"),
    }


def test_the_demand_is_placed_as_it_is_without_charts(rehearsal: dict[str, Any]) -> None:
    slices, whole = rehearsal["clusters"]

    assert rehearsal["verdict"] == "pass"
    assert (slices["pods_running"], whole["pods_running"]) == (118, 3)


def test_a_second_plan_is_empty_with_charts_too(rehearsal: dict[str, Any]) -> None:
    layers = [layer for cluster in rehearsal["clusters"] for layer in cluster["layers"]]

    assert {layer["second_plan"] for layer in layers} == {"empty"}


def test_the_plugins_are_on_every_node_with_cards(state: Path, rehearsal: dict[str, Any]) -> None:
    assert rehearsal["verdict"] == "pass"

    path = "/apis/apps/v1/namespaces/{}/daemonsets/{}"
    hami = live(state, "slices").get(path.format("hami-system", "hami-device-plugin"))
    nvidia = live(state, "whole").get(path.format("nvidia-device-plugin", "nvidia-device-plugin"))

    assert hami is not None
    assert nvidia is not None
    assert hami["status"]["desiredNumberScheduled"] == 3
    assert nvidia["status"]["desiredNumberScheduled"] == 2


def test_no_webhook_that_nobody_answers_is_installed(
    state: Path, rehearsal: dict[str, Any]
) -> None:
    assert rehearsal["verdict"] == "pass"

    path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"

    assert live(state, "slices").list(path, dict) == []


def test_a_release_that_is_gone_is_found_by_verify(state: Path, rehearsal: dict[str, Any]) -> None:
    assert rehearsal["verdict"] == "pass"

    well = fleet(state, "verify", "lab", "--twin")
    live(state, "slices").delete(SECRETS, labelSelector="owner=helm")
    ill = fleet(state, "verify", "lab", "--twin", "--cluster", "slices")

    assert well.returncode == 0, well.stdout
    assert ill.returncode == 1
    assert "hami-system/hami is not installed" in ill.stdout


def test_a_directory_without_the_charts_ends_before_anything_is_started(tmp_path: Path) -> None:
    directory = tmp_path / "charts"
    directory.mkdir()

    run = fleet(tmp_path / "state", "rehearse", "lab", "--charts", str(directory))

    assert run.returncode == 3
    assert "no hami-2.9.0.tgz, no nvidia-device-plugin-0.20.0.tgz" in run.stderr
    assert not (tmp_path / "state" / "twin").exists()
