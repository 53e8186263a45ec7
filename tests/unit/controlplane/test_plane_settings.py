"""What a plane is told: its scheduler, its simulated nodes, its flags."""

from __future__ import annotations

from typing import Any

import pytest

from components.clouds.embedded.device import GPU_MEMORY
from components.controlplane import scheduler, settings, stages

FIT = "NodeResourcesFit"


def plugin(policy: scheduler.NodePolicy, name: str) -> Any:
    (profile,) = scheduler.configuration(policy)["profiles"]
    (arguments,) = (found["args"] for found in profile["pluginConfig"] if found["name"] == name)
    return arguments


@pytest.mark.parametrize(
    ("policy", "strategy"), [("binpack", "MostAllocated"), ("spread", "LeastAllocated")]
)
def test_the_node_policy_is_the_scheduler_s_strategy(
    policy: scheduler.NodePolicy, strategy: str
) -> None:
    assert plugin(policy, FIT)["scoringStrategy"]["type"] == strategy


def test_nodes_are_weighed_by_what_they_advertise() -> None:
    weighed = {found["name"] for found in plugin("binpack", FIT)["scoringStrategy"]["resources"]}

    assert GPU_MEMORY in weighed


def test_services_are_not_spread_against_the_node_policy() -> None:
    assert plugin("binpack", "PodTopologySpread")["defaultConstraints"] == []


def test_a_pod_gets_running_and_ready_in_one_patch() -> None:
    (running,) = (
        stage for stage in stages.documents() if stage["metadata"]["name"] == "pod-running"
    )

    template = running["spec"]["next"]["statusTemplate"]
    assert "phase: Running" in template
    assert '"Ready"' in template


def test_no_stage_completes_a_pod() -> None:
    assert not any("Succeeded" in str(stage) for stage in stages.documents())


def test_settings_are_told_apart_by_what_they_say() -> None:
    same, other = settings.Settings(), settings.Settings(node_policy="spread")

    assert settings.Settings().fingerprint == same.fingerprint
    assert settings.Settings().fingerprint != other.fingerprint


def test_every_component_with_flags_or_environment_is_a_component() -> None:
    given = settings.Settings()

    assert set(given.flags) <= set(settings.COMPONENTS)
    assert set(given.environment) <= set(settings.COMPONENTS)
