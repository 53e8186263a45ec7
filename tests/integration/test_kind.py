"""What only kind can show: simulated nodes beside a real one, each with its own keeper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.harness import Cluster, eventually

pytestmark = pytest.mark.kind

SIMULATED = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "beside", "annotations": {"kwok.x-k8s.io/node": "fake"}},
    "spec": {"taints": [{"key": "beside", "effect": "NoSchedule"}]},
}


@pytest.fixture
def node(cluster: Cluster) -> Iterator[str]:
    """A simulated node that is ready."""
    cluster.apply([SIMULATED])
    eventually("it is ready", lambda: keepers(cluster).get("beside", "").startswith("kwok"))
    yield "beside"
    cluster.delete([SIMULATED])


def keepers(cluster: Cluster) -> dict[str, str]:
    """Who reports each node's state, by its version."""
    nodes = cluster.live.list("/api/v1/nodes", dict)
    return {
        node["metadata"]["name"]: node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes
    }


def test_the_real_node_is_left_to_its_kubelet(cluster: Cluster, node: str) -> None:
    found = keepers(cluster)

    real = {name for name, version in found.items() if version.startswith("v1.")}

    assert [name.endswith("-control-plane") for name in real] == [True]
    assert node not in real


def test_pods_on_the_real_node_run_in_containers(cluster: Cluster, node: str) -> None:
    """A kubelet names the container of a pod; KWOK has none to name."""

    def containers() -> list[bool]:
        pods = cluster.live.list(
            "/api/v1/namespaces/kube-system/pods", dict, labelSelector="tier=control-plane"
        )
        return [bool(status.get("containerID")) for pod in pods for status in statuses(pod)]

    eventually("the kubelet has told of etcd and three more", lambda: sum(containers()) == 4)
    assert all(containers())


def statuses(pod: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pod["status"].get("containerStatuses", [])
    return found
