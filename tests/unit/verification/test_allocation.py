"""What each card holds, and why pods do not run, from what a cluster wrote down."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from components.addon import CARD, POOL, TENANT, WORKLOAD
from components.clouds.embedded import device
from components.clouds.embedded.twin import twin_of
from environments import load
from environments.demand import Demand, Gpu, Job, Service
from environments.model import Cluster
from environments.quantity import Memory
from scripts.verification import checks
from scripts.verification.allocation import Allocation, allocation
from scripts.verification.observation import Claim, Event, Node, Observation, Pod, Slice
from scripts.verification.shortfall import shortfall

NODE = "slices-h20-000"


@pytest.fixture(scope="module")
def slices() -> Cluster:
    return twin_of(load.load("lab").environment).clusters["slices"]


@pytest.fixture(scope="module")
def whole() -> Cluster:
    return twin_of(load.load("lab").environment).clusters["whole"]


def seen(**parts: Any) -> Observation:
    everything: dict[str, Any] = {
        "nodes": {}, "pods": [], "claims": [], "slices": {}, "quotas": [], "failures": [],
        "claim_failures": {}, "hami": {},
    }  # fmt: skip
    return Observation(**{**everything, **parts})


def node(name: str, **labels: str) -> Node:
    return msgspec.convert(
        {
            "metadata": {"name": name, "labels": labels},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        },
        Node,
    )


def claim(name: str, card: str, memory: str, cores: str) -> Claim:
    result = {
        "driver": device.DRIVER,
        "pool": NODE,
        "device": card,
        "consumedCapacity": {"memory": memory, "cores": cores, "slots": "1"},
    }
    status = {"allocation": {"devices": {"results": [result]}}}
    return msgspec.convert(
        {"metadata": {"name": name, "namespace": "search"}, "status": status}, Claim
    )


def pod(name: str, workload: str, *, phase: str = "Running", on: str = "", **limits: str) -> Pod:
    waits = {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}
    return msgspec.convert(
        {
            "metadata": {
                "name": name,
                "namespace": "search",
                "labels": {WORKLOAD: workload, TENANT: "search"},
            },
            "spec": {"nodeName": on, "containers": [{"resources": {"limits": limits}}]},
            "status": {"phase": phase, "conditions": [] if phase == "Running" else [waits]},
        },
        Pod,
    )


def test_shares_of_one_card_are_summed(slices: Cluster) -> None:
    claims = [claim("a", "gpu-3", "2Gi", "10"), claim("b", "gpu-3", "1Gi", "5")]

    held = allocation(slices, seen(claims=claims), {NODE: slices.pools["h20"]})

    card = held.cards[NODE][3]
    assert (card.memory_mib, card.cores, card.pods) == (3072, 15, 2)
    assert sum(use.pods for use in held.cards[NODE]) == 2


def test_a_card_over_its_memory_is_named(slices: Cluster) -> None:
    claims = [claim("a", "gpu-0", "90Gi", "10"), claim("b", "gpu-0", "90Gi", "10")]
    held = allocation(slices, seen(claims=claims), {NODE: slices.pools["h20"]})

    verdict = checks.cards_within_limits(held)

    assert verdict.status == "fail"
    assert f"{NODE}/gpu-0 holds 184320 of 97871 MiB" in verdict.detail


@pytest.mark.parametrize(("count", "fault"), [(10, ""), (11, "11 tasks of 10")])
def test_a_card_has_as_many_tasks_as_its_split(slices: Cluster, count: int, fault: str) -> None:
    claims = [claim(str(n), "gpu-0", "1Mi", "1") for n in range(count)]
    held = allocation(slices, seen(claims=claims), {NODE: slices.pools["h20"]})

    verdict = checks.cards_within_limits(held)

    assert verdict.status == ("fail" if fault else "pass")
    assert fault in verdict.detail


def test_a_share_of_a_card_that_nobody_published_is_a_fault(slices: Cluster) -> None:
    held = allocation(
        slices, seen(claims=[claim("a", "gpu-9", "1Gi", "5")]), {NODE: slices.pools["h20"]}
    )

    assert checks.cards_within_limits(held).status == "fail"


def test_whole_cards_are_filled_from_the_first(whole: Cluster) -> None:
    pods = [
        pod("a", "train", on="whole-h100-000", **{device.GPU: "2"}),
        pod("b", "train", on="whole-h100-000", **{device.GPU: "1"}),
    ]

    held = allocation(whole, seen(pods=pods), {"whole-h100-000": whole.pools["h100"]})

    assert [use.pods for use in held.cards["whole-h100-000"]] == [1, 1, 1, 0, 0, 0, 0, 0]


def full(cluster: Cluster, name: str, pool: str) -> tuple[Observation, Allocation]:
    there = node(name, **{POOL: pool, CARD: cluster.pools[pool].card})
    pods = [pod("full", "other", on=name, **{device.GPU: "8"})]
    found = seen(nodes={name: there}, pods=[*pods, pod("w-1", "train", phase="Pending")])
    return found, allocation(cluster, found, {name: cluster.pools[pool]})


def test_a_pod_that_waits_for_cards_is_explained_when_all_are_taken(whole: Cluster) -> None:
    found, held = full(whole, "whole-h100-000", "h100")
    demand = Demand(jobs={"train": _job(pods=1)})

    (short,) = shortfall("whole", demand, found, held)

    assert short.explained
    assert short.reason == "insufficient-cards"
    assert short.message == "0/1 nodes are available"


def test_a_pod_that_waits_beside_free_cards_is_a_finding(whole: Cluster) -> None:
    found, _ = full(whole, "whole-h100-000", "h100")
    empty = allocation(whole, seen(), {"whole-h100-000": whole.pools["h100"]})
    demand = Demand(jobs={"train": _job(pods=1)})

    (short,) = shortfall("whole", demand, found, empty)

    assert not short.explained
    assert "whole-h100-000 has room" in short.message


def test_pods_that_a_quota_kept_back_are_explained_in_the_controllers_words(
    slices: Cluster,
) -> None:
    event = {
        "metadata": {"name": "e", "namespace": "search"},
        "involvedObject": {"kind": "ReplicaSet", "namespace": "search", "name": "rank-7d9f"},
        "reason": "FailedCreate",
        "message": 'pods "rank-7d9f-x" is forbidden: exceeded quota: gpu',
    }
    service = Service(
        tenant="search",
        cluster="slices",
        replicas=3,
        gpu=Gpu(memory=Memory("2Gi"), cores=10),
        priority="serving",
        busy=0.5,
    )

    (short,) = shortfall(
        "slices",
        Demand(services={"rank": service}),
        seen(failures=[msgspec.convert(event, Event)]),
        Allocation(),
    )

    assert (short.reason, short.pods, short.explained) == ("quota", 3, True)


def test_pods_that_nobody_speaks_of_are_not_explained(whole: Cluster) -> None:
    (short,) = shortfall("whole", Demand(jobs={"train": _job(pods=2)}), seen(), Allocation())

    assert (short.pods, short.explained) == (2, False)


def test_slices_are_known_by_their_node() -> None:
    piece = msgspec.convert(
        device.resource_slice(
            twin_of(load.load("lab").environment).clusters["slices"],
            load.load("lab").environment.clusters["slices"].pools["h20"],
            NODE,
        ),
        Slice,
    )

    assert piece.spec.node_name == NODE
    assert [card.name for card in piece.spec.devices] == [f"gpu-{n}" for n in range(8)]


def _job(pods: int) -> Job:
    return Job(
        tenant="search", cluster="whole", pods=pods, gpu=Gpu(cards=8), priority="training", busy=0.8
    )
