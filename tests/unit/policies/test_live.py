"""Live clusters as evidence: read through a real HTTP server, and never changed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from policies.subject import Manifest
from scripts import main
from scripts.linting import live
from scripts.linting.collected import Evidence

OBJECTS = {
    "/api/v1/pods": [
        {
            "metadata": {"name": "alone", "namespace": "search", "managedFields": [{"x": 1}]},
            "spec": {
                "containers": [
                    {
                        "name": "main",
                        "securityContext": {"privileged": True},
                        "resources": {"limits": {"nvidia.com/gpu": "1"}},
                    }
                ]
            },
        },
        {"metadata": {"name": "web-1", "ownerReferences": [{"kind": "ReplicaSet", "controller": True}]}},
    ],
    "/apis/apps/v1/deployments": [{"metadata": {"name": "web", "namespace": "search"}}],
}  # fmt: skip
FORBIDDEN = "/api/v1/nodes"


class Server(BaseHTTPRequestHandler):
    """Answers lists as an API server does; anything else is an error."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        status = 403 if path == FORBIDDEN else 200
        body = {"items": OBJECTS.get(path, []), "metadata": {}, "message": "no"}
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def kubeconfig(tmp_path: Path) -> Iterator[Path]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = tmp_path / "kubeconfig"
    file.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "c",
                "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}],
                "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
                "users": [{"name": "u", "user": {}}],
            }
        )
    )  # fmt: skip
    yield file
    server.shutdown()
    server.server_close()


def test_objects_are_read_without_those_that_controllers_made(kubeconfig):
    evidence = Evidence()

    live.add_cluster(evidence, str(kubeconfig))

    assert [subject.address for subject in evidence.subjects] == [
        "Pod/search/alone", "Deployment/search/web",
    ]  # fmt: skip
    pod = evidence.subjects[0]
    assert isinstance(pod, Manifest)
    assert pod.live
    assert pod.get("metadata") == {"name": "alone", "namespace": "search"}
    assert evidence.notes == ["kubeconfig: Node may not be read; not judged"]


def test_findings_of_a_live_cluster_have_an_address_and_no_line(kubeconfig, capsys):
    code = main.run(["lint", "--live", str(kubeconfig), "--select", "privileged-gpu-pod", "--format", "json"])  # fmt: skip

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    assert (finding["subject"], finding["place"]) == ("Pod/search/alone", None)
