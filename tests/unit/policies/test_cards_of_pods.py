"""What pods ask of cards, and how many pods a workload makes, read from anybody's manifests."""

from __future__ import annotations

from typing import Any

import pytest

from policies import gpus, hami, workloads
from policies.evidence import manifests
from policies.objects import Chart, Manifest
from policies.pods import PodTemplate


def _pod(*limits: dict[str, Any], init: tuple[dict[str, Any], ...] = ()) -> PodTemplate:
    spec = {
        "containers": [{"resources": {"limits": one}} for one in limits],
        "initContainers": [{"resources": {"limits": one}} for one in init],
    }
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": spec}
    (found,) = Manifest(address="Pod/x", body=body).pods()
    return found


def test_cards_of_containers_add_up_and_init_containers_run_before() -> None:
    assert gpus.cards(_pod({"nvidia.com/gpu": 2}, {"nvidia.com/gpu": "1"})) == 3
    assert gpus.cards(_pod({"nvidia.com/gpu": 1}, init=({"nvidia.com/gpu": 4},))) == 4


def test_a_slice_that_names_no_card_is_one() -> None:
    assert gpus.cards(_pod({"nvidia.com/gpumem": 2048})) == 1
    assert gpus.cards(_pod({"nvidia.com/priority": 1})) == 0


@pytest.mark.parametrize(
    ("value", "amount"),
    [(1, 1), ("2k", 2000), ("1000m", 1), (0.5, None), ("half", None), (None, None), (True, None)],
)
def test_an_amount_is_a_whole_number_or_none(value: object, amount: int | None) -> None:
    assert gpus.amount(value) == amount


@pytest.mark.parametrize(
    ("value", "replicas", "down", "up"),
    [
        (1, 4, 1, 1),
        ("25%", 4, 1, 1),
        ("25%", 3, 0, 1),
        ("100%", 3, 3, 3),
        ("30%", 10, 3, 3),
        ("many", 3, None, None),
        (None, 3, None, None),
    ],
)
def test_shares_of_pods_are_rounded_as_a_deployment_rounds_them(
    value: object, replicas: int, down: int | None, up: int | None
) -> None:
    assert workloads.pods_of(value, replicas, up=False) == down
    assert workloads.pods_of(value, replicas, up=True) == up


@pytest.mark.parametrize(
    ("said", "replicas"), [("3", 3), ('"2"', 2), ("null", 1), ("-1", 1), ("[]", 1), ("0", 0)]
)
def test_a_workload_that_says_nothing_keeps_one_pod(said: str, replicas: int) -> None:
    text = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: x}}\nspec: {{replicas: {said}}}\n"
    (found,) = manifests.of_text(text.encode(), "x.yaml").manifests

    assert workloads.replicas(found) == replicas


@pytest.mark.parametrize(
    ("version", "minor"),
    [("2.10.0", 10), ("v2.9.0", 9), ("2.9.0-rc1", 9), ("1.0.1", None), ("", None), ("2.x", None)],
)
def test_the_minor_version_of_the_chart_is_read(version: str, minor: int | None) -> None:
    chart = Chart(
        address="Chart/x/hami",
        release="hami",
        name="hami",
        repository="",
        version=version,
        namespace="x",
        values={},
    )

    assert hami.minor(chart) == minor
    assert hami.value(chart, "scheduler", "replicas") == 1
