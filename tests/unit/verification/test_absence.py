"""A pool that lacks nodes says which: by name, as far as names are known."""

from __future__ import annotations

import msgspec
import pytest

from environments.model import Cluster, Embedded
from scripts.live import Metadata
from scripts.verification import checks
from scripts.verification.observation import Condition, Node, Observation
from tests.unit.clouds.private import fleets

POOL = "gpu-fleet.dev/pool"
MODEL = "node.example.com/model"
WHERE = "(see CronJob gpu-fleet-system/node-pools)"


def node(name: str, *, ready: bool = True, **labels: str) -> Node:
    named = {key.replace("pool", POOL).replace("model", MODEL): it for key, it in labels.items()}
    found = Node(metadata=Metadata(name=name, labels=named))
    found.status.conditions = [Condition(type="Ready", status=str(ready))]
    return found


def observation(*nodes: Node) -> Observation:
    return Observation(
        nodes={it.metadata.name: it for it in nodes},
        pods=[],
        claims=[],
        slices={},
        quotas=[],
        failures=[],
        claim_failures={},
        hami={},
    )


def detail(cluster: Cluster, *nodes: Node) -> str:
    verdict = checks.nodes_ready(cluster, observation(*nodes))
    return verdict.detail if verdict.status == "fail" else verdict.status


def named(*hosts: str) -> Cluster:
    return fleets.private(hosts=hosts).clusters["idc"]


def test_hosts_that_nobody_is_called_are_named() -> None:
    found = detail(named("gpu-1", "gpu-2", "gpu-3"), node("gpu-2", pool="rtx4090"))

    assert found == "pool rtx4090 has 1 ready nodes of 2: no node is called gpu-1, gpu-3"


def test_a_missing_host_counts_also_where_others_are_enough() -> None:
    members = [node(name, pool="rtx4090") for name in ("gpu-1", "gpu-2")]

    found = detail(named("gpu-1", "gpu-2", "gpu-3"), *members)

    assert found == "pool rtx4090 has 2 ready nodes of 2: no node is called gpu-3"


def test_nodes_that_are_down_are_named() -> None:
    found = detail(
        named("gpu-1", "gpu-2"),
        node("gpu-1", pool="rtx4090"),
        node("gpu-2", pool="rtx4090", ready=False),
    )

    assert found == "pool rtx4090 has 1 ready nodes of 2: not ready: gpu-2"


def test_nodes_that_wait_for_their_labels_are_named_with_whom_to_ask() -> None:
    cluster = fleets.private().clusters["idc"]

    found = detail(cluster, node("gpu-1", model="rtx4090"), node("gpu-2", model="other"))

    assert found == f"pool rtx4090 has 0 ready nodes of 2: not labelled yet {WHERE}: gpu-1"


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    found = detail(named(*(f"gpu-{index:02d}" for index in range(25))))

    assert found.endswith("gpu-18, gpu-19 and 5 more")


def test_a_pool_that_is_whole_is_well() -> None:
    members = [node(name, pool="rtx4090") for name in ("gpu-1", "gpu-2")]

    assert detail(named("gpu-1", "gpu-2"), *members) == "pass"


@pytest.mark.parametrize("pool", ["rtx4090", ""])
def test_a_twin_has_other_nodes_in_their_place(pool: str) -> None:
    twin = msgspec.structs.replace(named("gpu-1", "gpu-2"), cloud=Embedded())
    members = [node(f"idc-rtx4090-00{index}", pool=pool or "other") for index in range(2)]

    found = detail(twin, *members)

    assert "is called" not in found
    assert (found == "pass") is (pool == "rtx4090")
