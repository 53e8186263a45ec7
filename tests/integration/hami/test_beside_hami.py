"""What stands around HAMi's scheduler on a twin; needs no binary of HAMi."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.controlplane import hami, hami_plugin, hami_settings, kwokctl, planes
from components.controlplane.hami_api import MERGE_PATCH, Api
from components.controlplane.hami_binary import Extender
from environments.errors import OutsideError
from scripts.live import Live
from tests.integration.harness import eventually

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def api(plane: planes.Plane, live: Live) -> Iterator[Api]:
    port = int(live.api.configuration.host.rpartition(":")[2])
    with Api(port=port, pki=pki(plane)) as api:
        yield api


@pytest.fixture
def plugin(plane: planes.Plane, live: Live) -> Iterator[None]:
    port = live.api.configuration.host.rpartition(":")[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "components.controlplane.hami_plugin", port, str(pki(plane))],
        cwd=CHECKOUT,
    )
    yield
    process.kill()
    process.wait()


@pytest.fixture
def node(live: Live) -> Iterator[str]:
    """A node that the pod `default/waiting` has locked, and that pod on it."""
    name = "locked"
    lock = {hami_plugin.LOCK: "2026-01-01T00:00:00Z,default,waiting"}
    live.create("/api/v1/nodes", _object("Node", name, lock))
    waiting = _object("Pod", "waiting", {hami_plugin.PHASE: "allocating"})
    spec = {"nodeName": name, "containers": [{"name": "c", "image": "c"}]}
    assert live.create("/api/v1/namespaces/default/pods", {**waiting, "spec": spec}) is None
    yield name
    live.delete("/api/v1/namespaces/default/pods/waiting", gracePeriodSeconds="0")
    live.delete(f"/api/v1/nodes/{name}")


def pki(plane: planes.Plane) -> Path:
    return kwokctl.cluster_directory(plane.directory, plane.name) / "pki"


def lock_of(live: Live, node: str) -> str | None:
    found = live.get(f"/api/v1/nodes/{node}") or {}
    lock: str | None = found["metadata"].get("annotations", {}).get(hami_plugin.LOCK)
    return lock


def test_a_pod_that_waits_for_its_cards_gets_them_and_its_node_is_unlocked(
    live: Live, node: str, plugin: None
) -> None:
    def phase() -> str:
        pod = live.get("/api/v1/namespaces/default/pods/waiting") or {}
        return str(pod["metadata"]["annotations"][hami_plugin.PHASE])

    eventually("the pod is marked", lambda: phase() == "success")
    eventually("the node is unlocked", lambda: lock_of(live, node) is None)


def test_the_lock_of_another_pod_stays(live: Live, node: str, api: Api) -> None:
    hami_plugin.release(api, node, owner="default,another")

    assert lock_of(live, node) == "2026-01-01T00:00:00Z,default,waiting"


def test_a_lock_that_changes_hands_meanwhile_stays(live: Live, node: str, api: Api) -> None:
    class Overtaken(Api):
        """The next pod's lock comes between reading and writing."""

        def get(self, path: str) -> Any:
            found = super().get(path)
            lock = {hami_plugin.LOCK: "2026-01-01T00:00:09Z,default,next"}
            self.patch(path, {"metadata": {"annotations": lock}}, MERGE_PATCH)
            return found

    port = int(live.api.configuration.host.rpartition(":")[2])
    with Overtaken(port=port, pki=api.pki) as overtaken:
        hami_plugin.release(overtaken, node, owner="default,waiting")

    assert lock_of(live, node) == "2026-01-01T00:00:09Z,default,next"


def test_a_pod_that_is_gone_is_no_fault(api: Api) -> None:
    pod = {"metadata": {"namespace": "default", "name": "gone"}, "spec": {"nodeName": "gone"}}

    hami_plugin.allocate(api, pod)


def test_an_extender_that_ends_at_once_leaves_nothing(
    plane: planes.Plane, live: Live, order: Callable[[Extender], hami.Order], tmp_path: Path
) -> None:
    path = tmp_path / "scheduler"
    path.write_text("#!/bin/sh\necho 'F0101 no card was ever seen here'\nexit 255\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)

    with pytest.raises(OutsideError, match="extender ended while starting") as caught:
        hami.start(plane, order(Extender(path=path, version="v0")))

    assert "F0101 no card was ever seen here" in str(caught.value)
    assert hami.pids(plane) == {}
    assert not (plane.home / "hami").exists()
    webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
    assert live.get(f"{webhooks}/{hami_settings.WEBHOOK}") is None
    assert plane.running()


def _object(kind: str, name: str, annotations: dict[str, str]) -> dict[str, Any]:
    metadata = {"name": name, "annotations": annotations}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata}
