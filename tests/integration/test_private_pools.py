"""The round that keeps a private cluster's pools labelled and tainted, run on a real API server.

The program and what it reads come out of the very manifests that are applied; it runs
with the service account's own token, so that its rights are tried as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.addon import Manifest
from components.clouds.private import node_pool, reconciler
from environments.model import Environment
from tests.integration.harness import Cluster
from tests.unit.clouds.private import fleets

MODEL = "node.example.com/model"
OURS = {"gpu-fleet.dev/cluster": "idc", "gpu-fleet.dev/pool": "rtx4090"}
TAINT = {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
THEIRS = {"key": "example.com/theirs", "effect": "NoSchedule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A private cluster whose nodes can be looked at and disturbed."""

    cluster: Cluster
    folder: Path

    def node(self, name: str, *taints: Mapping[str, str], **labels: str) -> None:
        named = {key.replace("model", MODEL): value for key, value in labels.items()}
        metadata = {"name": name, "labels": named}
        self.cluster.live.delete(f"/api/v1/nodes/{name}")
        refusal = self.cluster.live.create(
            "/api/v1/nodes",
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": metadata,
                "spec": {"taints": list(taints)},
            },
        )
        assert refusal is None, refusal

    def labels(self, name: str) -> dict[str, str]:
        labels: dict[str, str] = self._read(name)["metadata"]["labels"]
        return labels

    def taints(self, name: str) -> list[dict[str, Any]]:
        # The node lifecycle controller adds its own to nodes that no kubelet speaks for.
        found = self._read(name)["spec"].get("taints", [])
        return [taint for taint in found if not taint["key"].startswith("node.kubernetes.io/")]

    def note(self, name: str) -> str | None:
        annotations: dict[str, str] = self._read(name)["metadata"].get("annotations", {})
        return annotations.get("gpu-fleet.dev/held")

    def relabel(self, name: str, **labels: str | None) -> None:
        named = {key.replace("model", MODEL): value for key, value in labels.items()}
        self.patch(name, {"metadata": {"labels": named}})

    def patch(self, name: str, body: Mapping[str, Any]) -> None:
        status, content = self.cluster.live._call(
            "PATCH",
            f"/api/v1/nodes/{name}",
            {},
            body,
            content_type="application/merge-patch+json",
        )
        assert status == 200, content

    def round(self, environment: Environment) -> subprocess.CompletedProcess[str]:
        """Applies the manifests, then does what the CronJob's pod would do."""
        manifests = {m["kind"]: m for m in node_pool.pools(environment, "idc").manifests}
        self.cluster.apply(manifests.values())
        container = manifests["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"][
            "containers"
        ][0]
        for name, text in manifests["ConfigMap"]["data"].items():
            (self.folder / name).write_text(text)
        python, *arguments = container["command"]
        assert python == "python"
        here = [word.replace(node_pool.FOLDER, str(self.folder)) for word in arguments]
        return subprocess.run(
            [sys.executable, *here, str(self.credentials())],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _read(self, name: str) -> dict[str, Any]:
        found = self.cluster.live.get(f"/api/v1/nodes/{name}")
        assert found is not None, name
        return found

    def credentials(self) -> Path:
        status, content = self.cluster.live._call(
            "POST",
            f"/api/v1/namespaces/{node_pool.NAMESPACE}/serviceaccounts/{node_pool.NAME}/token",
            {},
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}},
        )
        assert status == 201, content
        folder = self.folder / "credentials"
        folder.mkdir(exist_ok=True)
        (folder / "token").write_text(json.loads(content)["status"]["token"])
        authority = Path(self.cluster.api.configuration.ssl_ca_cert)
        (folder / "ca.crt").write_bytes(authority.read_bytes())
        return folder

    def environment(self) -> dict[str, str]:
        server = urllib.parse.urlsplit(self.cluster.api.configuration.host)
        return {
            "PATH": os.environ["PATH"],
            "KUBERNETES_SERVICE_HOST": str(server.hostname),
            "KUBERNETES_SERVICE_PORT": str(server.port),
            # In the cluster the API server is never asked through a proxy.
            "HTTPS_PROXY": "http://127.0.0.1:1",
        }


@pytest.fixture
def site(cluster: Cluster, tmp_path: Path) -> Iterator[Site]:
    yield Site(cluster=cluster, folder=tmp_path)
    for name in ("rack-1", "rack-2", "rack-3"):
        cluster.live.delete(f"/api/v1/nodes/{name}")
    made: list[Manifest] = list(node_pool.pools(fleets.private(), "idc").manifests)
    cluster.delete(manifest for manifest in made if manifest["kind"] != "Namespace")


def test_labels_and_taints_appear_on_the_selected_nodes_only(site: Site) -> None:
    site.node("rack-1", THEIRS, model="rtx4090", foreign="yes")
    site.node("rack-2", model="a100", foreign="yes")

    done = site.round(fleets.private())

    assert (done.returncode, done.stdout) == (0, "rack-1: brought to its pool\n")
    assert site.labels("rack-1").items() >= {**OURS, MODEL: "rtx4090", "foreign": "yes"}.items()
    assert site.taints("rack-1") == [THEIRS, TAINT]
    assert site.labels("rack-2") == {MODEL: "a100", "foreign": "yes"}
    assert site.taints("rack-2") == []


def test_a_second_round_changes_nothing(site: Site) -> None:
    site.node("rack-1", model="rtx4090")
    site.round(fleets.private())

    done = site.round(fleets.private())

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_somebody_took_away_or_changed_is_repaired(site: Site) -> None:
    site.node("rack-1", model="rtx4090")
    site.round(fleets.private())
    site.patch("rack-1", {"spec": {"taints": [{**TAINT, "value": "absent"}]}})
    site.patch(
        "rack-1",
        {"metadata": {"labels": {"gpu-fleet.dev/pool": None, "gpu-fleet.dev/card": "other"}}},
    )

    site.round(fleets.private())

    assert site.labels("rack-1").items() >= OURS.items()
    assert site.labels("rack-1")["gpu-fleet.dev/card"] == "RTX4090-24G"
    assert site.taints("rack-1") == [TAINT]


def test_a_node_that_leaves_the_selection_loses_ours_and_keeps_the_rest(site: Site) -> None:
    site.node("rack-1", THEIRS, model="rtx4090", foreign="yes")
    site.round(fleets.private())
    site.relabel("rack-1", model="retired")

    done = site.round(fleets.private())

    assert done.stdout == "rack-1: released\n"
    assert site.labels("rack-1") == {MODEL: "retired", "foreign": "yes"}
    assert site.taints("rack-1") == [THEIRS]
    assert site.note("rack-1") is None


def test_a_label_that_leaves_the_description_leaves_the_nodes(site: Site) -> None:
    site.node("rack-1", model="rtx4090")
    site.round(fleets.private(labels={"example.com/row": "b"}))
    assert site.labels("rack-1")["example.com/row"] == "b"

    site.round(fleets.private())

    assert "example.com/row" not in site.labels("rack-1")
    assert site.labels("rack-1").items() >= OURS.items()


def test_what_others_had_put_there_in_the_same_way_stays_when_the_node_leaves(site: Site) -> None:
    site.node("rack-1", TAINT, **{"model": "rtx4090", "example.com/row": "b"})
    described = fleets.private(labels={"example.com/row": "b"})
    site.round(described)
    site.relabel("rack-1", model="retired")

    site.round(described)

    assert site.labels("rack-1") == {MODEL: "retired", "example.com/row": "b"}
    assert site.taints("rack-1") == [TAINT]


def test_nodes_are_taken_by_name_and_missing_ones_are_named(site: Site) -> None:
    site.node("rack-1", model="rtx4090")
    site.node("rack-2", model="rtx4090")

    done = site.round(fleets.private(hosts=["rack-2", "rack-9"]))

    assert done.returncode == 0
    assert done.stdout == (
        "rack-2: brought to its pool\nrack-9: no such node; pool rtx4090 names it\n"
    )
    assert "gpu-fleet.dev/pool" not in site.labels("rack-1")


def test_a_node_of_two_pools_is_left_alone_and_fails_the_round(site: Site) -> None:
    site.node("rack-1", **{"model": "rtx4090", "example.com/row": "b"})
    site.node("rack-2", model="rtx4090")
    both = fleets.private(beside={"example.com/row": "b"})

    done = site.round(both)

    assert done.returncode == 1
    assert "rack-1: belongs to beside and rtx4090; left as it is\n" in done.stdout
    assert "gpu-fleet.dev/pool" not in site.labels("rack-1")
    assert site.labels("rack-2").items() >= OURS.items()


def test_a_change_by_others_at_the_same_moment_is_not_lost(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.node("rack-1", model="rtx4090")
    site.round(fleets.private(hosts=["rack-2"]))
    for name, value in site.environment().items():
        monkeypatch.setenv(name, value)
    server = reconciler.Server(site.credentials())
    read = next(node for node in server.nodes() if node["metadata"]["name"] == "rack-1")
    site.patch("rack-1", {"spec": {"taints": [THEIRS]}})
    described = fleets.private()

    settled = reconciler.settle(
        server, read, node_pool.meant("idc", described.clusters["idc"])["rtx4090"]
    )

    assert settled
    assert site.taints("rack-1") == [THEIRS, TAINT]


@pytest.mark.parametrize(
    ("verb", "resource", "allowed"),
    [
        ("list", "nodes", True),
        ("patch", "nodes", True),
        ("delete", "nodes", False),
        ("list", "secrets", False),
        ("create", "pods", False),
    ],
)
def test_it_may_do_no_more_than_it_needs(
    site: Site, verb: str, resource: str, *, allowed: bool
) -> None:
    site.cluster.apply(node_pool.pools(fleets.private(), "idc").manifests)

    status, content = site.cluster.live._call(
        "POST",
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        {},
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": f"system:serviceaccount:{node_pool.NAMESPACE}:{node_pool.NAME}",
                "resourceAttributes": {"verb": verb, "resource": resource},
            },
        },
    )

    assert status == 201
    assert json.loads(content)["status"]["allowed"] is allowed
