"""What Helm's record of a release says, against the chart that is meant."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest

from components.addon import Chart
from scripts.live import Live, Metadata
from scripts.rehearsal.result import Check
from scripts.verification import charts

CHART = Chart(
    release="plugin",
    repository="https://charts.example.com",
    name="device-plugin",
    version="1.2.3",
    namespace="team",
    values={"split": 10, "selector": {"gpu": None, "sharing": "hami"}},
)
RELEASE: dict[str, Any] = {
    "info": {"status": "deployed"},
    "chart": {"metadata": {"name": "device-plugin", "version": "1.2.3"}, "values": {"split": 1}},
    "config": {"split": 10, "selector": {"gpu": None, "sharing": "hami"}},
    "manifest": "---\nkind: DaemonSet\n",
}


def record(release: dict[str, Any], revision: str = "1") -> charts.Record:
    """A release in a Secret, packed as Helm and then the API server pack it."""
    packed = base64.b64encode(gzip.compress(json.dumps(release).encode()))
    return charts.Record(
        metadata=Metadata(
            name=f"sh.helm.release.v1.plugin.v{revision}", labels={"version": revision}
        ),
        data={"release": base64.b64encode(packed).decode()},
    )


def faults(**changed: Any) -> list[str]:
    release = charts.unpacked(record({**RELEASE, **changed}))
    return list(charts.compared(CHART, release))


def test_a_release_as_it_is_meant_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize("status", ["failed", "pending-install", "uninstalling"])
def test_a_release_that_is_not_deployed_is_a_fault(status: str) -> None:
    assert faults(info={"status": status}) == [f"team/plugin is {status} instead of deployed"]


def test_another_version_is_a_fault() -> None:
    found = faults(chart={"metadata": {"name": "device-plugin", "version": "1.2.2"}})

    assert found == ["team/plugin is device-plugin 1.2.2, device-plugin 1.2.3 is meant"]


def test_another_chart_under_the_same_release_is_a_fault() -> None:
    found = faults(chart={"metadata": {"name": "other", "version": "1.2.3"}})

    assert found == ["team/plugin is other 1.2.3, device-plugin 1.2.3 is meant"]


def test_values_set_by_hand_are_named_but_not_told() -> None:
    found = faults(config={"split": "hunter2", "selector": RELEASE["config"]["selector"]})

    assert found == ["team/plugin has another value at .split"]


def test_no_values_at_all_are_a_fault() -> None:
    assert faults(config=None) == ["team/plugin has another value at .split"]


def test_revisions_are_numbers_and_not_words() -> None:
    assert (
        max([record(RELEASE, "9"), record(RELEASE, "10")], key=lambda r: r.revision).revision == 10
    )


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"release": "?"},
        {"release": base64.b64encode(b"not packed").decode()},
        {"release": base64.b64encode(base64.b64encode(gzip.compress(b"{"))).decode()},
        {"release": base64.b64encode(base64.b64encode(gzip.compress(b"{}")[:9])).decode()},
    ],
)
def test_a_record_that_cannot_be_read_is_no_traceback(data: dict[str, str]) -> None:
    broken = msgspec.structs.replace(record(RELEASE), data=data)

    with pytest.raises(ValueError):
        charts.unpacked(broken)


# --- against a cluster ----------------------------------------------------------


@contextmanager
def answering(tmp_path: Path, status: int, answer: object) -> Iterator[Live]:
    """A cluster whose API server has one answer to everything."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(msgspec.json.encode(answer))

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        kubeconfig = tmp_path / "kubeconfig.yaml"
        kubeconfig.write_text(
            "{apiVersion: v1, kind: Config, current-context: c, users: [{name: u, user: {}}],"
            " contexts: [{name: c, context: {cluster: c, user: u}}],"
            f" clusters: [{{name: c, cluster: {{server: 'http://127.0.0.1:{server.server_port}'}}}}]}}"
        )
        yield Live("lab", kubeconfig)
        server.shutdown()


def judged(tmp_path: Path, answer: object, status: int = 200) -> Check:
    with answering(tmp_path, status, answer) as live:
        return charts.charts_installed(live, [CHART], left_out=False)


def test_a_chart_that_is_deployed_passes(tmp_path: Path) -> None:
    found = judged(tmp_path, {"items": [record(RELEASE)]})

    assert (found.status, found.compared) == ("pass", 1)
    assert found.detail == "device-plugin 1.2.3 deployed"


def test_the_last_revision_counts(tmp_path: Path) -> None:
    failed = {**RELEASE, "info": {"status": "failed"}}

    found = judged(tmp_path, {"items": [record(failed, "10"), record(RELEASE, "9")]})

    assert (found.status, found.detail) == ("fail", "team/plugin is failed instead of deployed")


def test_a_release_that_is_not_there_fails(tmp_path: Path) -> None:
    found = judged(tmp_path, {"items": []})

    assert (found.status, found.detail) == ("fail", "team/plugin is not installed")


def test_who_may_not_read_secrets_is_told_so_and_goes_on(tmp_path: Path) -> None:
    found = judged(tmp_path, {"code": 403, "message": "secrets is forbidden"}, status=403)

    assert found.status == "unknown"
    assert "secrets is forbidden; let this user read Helm's Secrets" in found.detail


def test_charts_that_were_left_out_are_unknown_with_the_reason(tmp_path: Path) -> None:
    with answering(tmp_path, 500, {}) as live:
        found = charts.charts_installed(live, [CHART], left_out=True)

    assert found.status == "unknown"
    assert "--charts DIR" in found.detail
