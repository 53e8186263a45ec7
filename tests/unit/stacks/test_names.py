"""Which stacks there are, in what order, and what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.clouds.embedded.twin import twin_of
from environments import load
from environments.errors import UsageError
from stacks import names


def test_a_twin_has_the_layers_that_terraform_makes_on_it() -> None:
    twin = twin_of(load.load("lab").environment)

    assert [str(stack) for stack in names.order(twin)] == [
        "lab-slices-cluster",
        "lab-slices-device",
        "lab-slices-tenancy",
        "lab-whole-cluster",
        "lab-whole-device",
        "lab-whole-tenancy",
    ]


def test_every_cluster_of_the_reference_fleet_has_its_in_cluster_layers() -> None:
    environment = load.load("production").environment

    stacks = names.order(environment)

    for cluster in environment.clusters:
        layers = [stack.layer for stack in stacks if stack.cluster == cluster]
        assert layers[-2:] == ["device", "tenancy"]


def test_no_two_stacks_share_a_state() -> None:
    stacks = names.order(twin_of(load.load("production").environment))

    states = {stack.state(Path("/states")) for stack in stacks}

    assert len(states) == len(stacks)


def test_a_stack_is_found_by_its_name() -> None:
    environment = load.load("lab").environment

    assert names.named(environment, "lab-whole-device") == names.StackName(
        environment="lab", cluster="whole", layer="device"
    )


def test_an_unknown_stack_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match='no stack "lab-nowhere-device"; lab has lab-slices-'):
        names.named(load.load("lab").environment, "lab-nowhere-device")


def test_the_variable_of_a_kubeconfig_is_a_name_that_terraform_takes() -> None:
    assert names.kubeconfig_variable("idc-infer") == "kubeconfig_idc_infer"
