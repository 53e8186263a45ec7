"""Which stacks there are, in what order, and what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.addon import Addon, Manifest
from components.clouds.embedded.twin import twin_of
from environments import load
from stacks import names

QUOTA: Manifest = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "gpu", "namespace": "team"},
}


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


def test_a_public_cluster_is_built_from_its_network_up_and_a_private_one_from_its_pools() -> None:
    environment = load.load("production").environment

    stacks = names.order(environment)

    layers = {
        cluster: tuple(stack.layer for stack in stacks if stack.cluster == cluster)
        for cluster in environment.clusters
    }
    assert layers["volc-train"] == layers["tencent-infer"] == names.LAYERS
    assert layers["idc-train"] == ("cluster", "device", "tenancy")


def test_no_two_stacks_share_a_state() -> None:
    stacks = names.order(twin_of(load.load("production").environment))

    states = {stack.state(Path("/states")) for stack in stacks}

    assert len(states) == len(stacks)


def test_an_object_that_is_twice_in_a_stack_is_a_bug() -> None:
    stack = names.StackName(environment="lab", cluster="whole", layer="tenancy")
    twice = Addon(name="quotas", manifests=(QUOTA,)), Addon(name="more-quotas", manifests=(QUOTA,))

    with pytest.raises(
        AssertionError, match="ResourceQuota-team-gpu is twice in lab-whole-tenancy"
    ):
        names._refuse_twins(stack, twice)


def test_the_variable_of_a_kubeconfig_is_a_name_that_terraform_takes() -> None:
    assert names.kubeconfig_variable("idc-infer") == "kubeconfig_idc_infer"
