"""Annotations of pods are added up to what is promised of each card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.controlplane.hami_allocations import ALLOCATED, CardUse, allocations

DECISIONS = Path(__file__).parents[4] / "shared" / "data" / "hami-decisions-public.jsonl"


def container(*, cards: int = 0, sidecar: bool = False) -> dict[str, Any]:
    limits = {"nvidia.com/gpu": str(cards)} if cards else {}
    return {"resources": {"limits": limits}} | ({"restartPolicy": "Always"} if sidecar else {})


def pod(
    annotation: str,
    *containers: dict[str, Any],
    init: tuple[dict[str, Any], ...] = (),
    phase: str = "Running",
    name: str = "p",
    node: str | None = "n",
) -> dict[str, Any]:
    spec: dict[str, Any] = {"containers": list(containers), "initContainers": list(init)}
    return {
        "metadata": {"namespace": "t", "name": name, "annotations": {ALLOCATED: annotation}},
        "spec": spec | ({"nodeName": node} if node else {}),
        "status": {"phase": phase},
    }


def test_slices_of_several_pods_on_a_card_are_added_up() -> None:
    one = pod("GPU-a,NVIDIA,2000,10:;", container(cards=1), name="one")
    two = pod("GPU-a,NVIDIA,3000,5:GPU-b,NVIDIA,3000,5:;", container(cards=2), name="two")

    found = allocations([one, two])

    assert found == {
        "n": {
            "GPU-a": CardUse(memory_mib=5000, cores=15, pods=("t/one", "t/two")),
            "GPU-b": CardUse(memory_mib=3000, cores=5, pods=("t/two",)),
        }
    }


def test_containers_of_one_pod_on_one_card_are_added_up_as_one_pod() -> None:
    both = pod("GPU-a,NVIDIA,1,1:;GPU-a,NVIDIA,2,2:;", container(cards=1), container(cards=1))

    assert allocations([both]) == {"n": {"GPU-a": CardUse(memory_mib=3, cores=3, pods=("t/p",))}}


@pytest.mark.parametrize(
    "without", [{"phase": "Succeeded"}, {"phase": "Failed"}, {"phase": "Pending", "node": None}]
)
def test_pods_that_ended_or_are_not_bound_hold_nothing(without: dict[str, Any]) -> None:
    assert allocations([pod("GPU-a,NVIDIA,1,1:;", container(cards=1), **without)]) == {}


def test_a_pod_without_the_annotation_holds_nothing() -> None:
    other = {
        "metadata": {"namespace": "t", "name": "p"},
        "spec": {"nodeName": "n", "containers": [{}]},
    }

    assert allocations([other]) == {}


@pytest.mark.parametrize(
    ("phase", "memory"),
    [pytest.param("Pending", 9, id="starts"), pytest.param("Running", 4, id="runs")],
)
def test_an_init_container_holds_its_card_until_the_pod_runs(phase: str, memory: int) -> None:
    starting = pod(
        "GPU-a,NVIDIA,9,1:;GPU-a,NVIDIA,4,2:;",
        container(cards=1),
        init=(container(cards=1),),
        phase=phase,
    )

    (use,) = allocations([starting])["n"].values()

    assert use == CardUse(memory_mib=memory, cores=2, pods=("t/p",))


def test_a_sidecar_holds_its_card_as_long_as_the_pod_runs() -> None:
    running = pod(
        "GPU-a,NVIDIA,9,1:;GPU-a,NVIDIA,4,2:;",
        container(cards=1),
        init=(container(cards=1, sidecar=True),),
    )

    assert allocations([running])["n"]["GPU-a"].memory_mib == 13


@given(
    asks=st.lists(st.booleans(), min_size=1, max_size=5),
    init=st.integers(min_value=0, max_value=4),
    phase=st.sampled_from(["Pending", "Running"]),
)
def test_hami_29_and_210_write_the_same_allocation_differently(
    asks: list[bool], init: int, phase: str
) -> None:
    """2.9 keeps empty segments of containers without a card, 2.10 leaves them out."""
    init = min(init, len(asks) - 1)
    segments = [
        f"GPU-{index % 2},NVIDIA,{index + 1},1:" if ask else "" for index, ask in enumerate(asks)
    ]
    containers = [container(cards=int(ask)) for ask in asks]
    older = "".join(f"{segment};" for segment in segments)
    newer = "".join(f"{segment};" for segment in segments if segment)

    found = [
        allocations([pod(text, *containers[init:], init=tuple(containers[:init]), phase=phase)])
        for text in (older, newer)
    ]

    assert found[0] == found[1]


@pytest.mark.skipif(
    not DECISIONS.exists(), reason="the recorded decisions are not beside the checkout"
)
def test_recorded_annotations_of_hami_210_are_read_as_recorded() -> None:
    for line in DECISIONS.read_text().splitlines():
        scenario = json.loads(line)
        for decision in scenario["decisions"]:
            if decision.get("annotation"):
                assert _read(scenario, decision) == _recorded(decision), scenario["name"]


def _read(scenario: Any, decision: Any) -> dict[str, tuple[int, int]]:
    (asked,) = (each for each in scenario["pods"] if each["name"] == decision["pod"])
    first = len(asked.get("init_containers", []))
    containers = [container(cards=each.get("gpu", 0)) for each in decision["effective"]]
    seen = pod(decision["annotation"], *containers[first:], init=tuple(containers[:first]))
    uses = allocations([seen]).get("n", {})
    return {uuid: (use.memory_mib, use.cores) for uuid, use in uses.items()}


def _recorded(decision: Any) -> dict[str, tuple[int, int]]:
    held: dict[str, tuple[int, int]] = {}
    for device in decision["devices"]:
        if not device["container"].startswith("init-"):
            memory, cores = held.get(device["uuid"], (0, 0))
            held[device["uuid"]] = (memory + device["mem"], cores + device["cores"])
    return held
