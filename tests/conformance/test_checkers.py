"""Each kind of mistake that a provider would refuse is found, where it was made, and no other."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests import synthesized
from tests.conformance import facts, references, shapes, states, values
from tests.conformance.mistakes import Mistake, is_expression

pytestmark = facts.needed

PATHS = tuple[str | int, ...]
VKE = ("resource", "volcenginecc_vke_node_pool", "pool")
TKE = ("resource", "tencentcloud_kubernetes_node_pool", "pool")
ACK = ("resource", "alicloud_cs_kubernetes_node_pool", "pool")
REMOVED = object()

SOUND: dict[str, Any] = {
    "provider": {"tencentcloud": [{"region": "ap-shanghai"}]},
    "variable": {"key": {}},
    "resource": {
        "volcenginecc_vke_cluster": {
            "cluster": {
                "name": "small",
                "cluster_config": {"subnet_ids": ["subnet-1"]},
                "services_config": {"service_cidrsv_4": ["172.21.0.0/20"]},
            }
        },
        "volcenginecc_vke_node_pool": {
            "pool": {
                "cluster_id": "${volcenginecc_vke_cluster.cluster.id}",
                "name": "h20",
                "node_config": {
                    "instance_type_ids": ["ecs.ebmhpcpni3l.48xlarge"],
                    "system_volume": {"type": "ESSD_PL0", "size": 200},
                },
                "kubernetes_config": {"labels": [{"key": "gpu", "value": "on"}], "cordon": True},
            }
        },
        "tencentcloud_kubernetes_node_pool": {
            "pool": {
                "cluster_id": "cls-1",
                "name": "v100",
                "min_size": 0,
                "max_size": 4,
                "vpc_id": "vpc-1",
                "auto_scaling_config": [
                    {
                        "instance_type": "GN10Xp.20XLARGE320",
                        "system_disk_size": 200,
                        "key_ids": ["${var.key}"],
                    }
                ],
                "labels": {"gpu": "on"},
                "taints": [{"key": "gpu", "value": "", "effect": "NoSchedule"}],
            }
        },
        "alicloud_cs_kubernetes_node_pool": {
            "pool": {
                "cluster_id": "c1",
                "node_pool_name": "l20",
                "desired_size": "2",
                "system_disk_category": "cloud_essd",
            }
        },
        "alicloud_cr_ee_instance": {
            "registry": {
                "instance_name": "r",
                "instance_type": "Basic",
                "payment_type": "Subscription",
            }
        },
        "alicloud_ecs_key_pair": {"key": {"key_pair_name": "fleet"}},
        "volcenginecc_vmp_workspace": {
            "metrics": {"name": "m", "instance_type_id": "vmp.standard.15d", "username": "fleet"}
        },
        "tencentcloud_cos_bucket": {
            "bucket": {"bucket": "b-1250000000", "versioning_enable": True}
        },
    },
}
"""What the providers take, as far as is known: the ground on which mistakes are made."""


def changed(path: PATHS, value: object) -> dict[str, Any]:
    stack = copy.deepcopy(SOUND)
    holder: Any = stack
    for part in path[:-1]:
        holder = holder[part]
    if value is REMOVED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return stack


def mistakes(stack: dict[str, Any]) -> Iterator[Mistake]:
    for checker in (shapes, values, references):
        yield from checker.mistakes(stack)


def test_the_sound_stack_is_sound() -> None:
    assert list(mistakes(SOUND)) == []


@pytest.mark.parametrize(
    ("path", "value", "kind", "at"),
    [
        (("resource", "tencentcloud_pool"), {"x": {}}, "unknown-type", ""),
        ((*TKE, "minsize"), 1, "unknown-argument", "minsize"),
        ((*VKE, "node_config", "spot"), True, "unknown-argument", "node_config.spot"),
        (
            (*TKE, "taints", 0, "operator"),
            "Exists",
            "unknown-argument",
            "taints[0].operator",
        ),
        (("provider", "tencentcloud", 0, "zone"), "a", "unknown-argument", "zone"),
        ((*TKE, "status"), "normal", "read-only", "status"),
        ((*ACK, "security_group_id"), "sg-1", "deprecated", "security_group_id"),
        ((*TKE, "vpc_id"), REMOVED, "missing", "vpc_id"),
        ((*TKE, "vpc_id"), None, "missing", "vpc_id"),
        (
            (*TKE, "auto_scaling_config", 0, "instance_type"),
            REMOVED,
            "missing",
            "auto_scaling_config[0].instance_type",
        ),
        (
            ("resource", "volcenginecc_vke_cluster", "cluster", "cluster_config", "subnet_ids"),
            REMOVED,
            "missing",
            "cluster_config.subnet_ids",
        ),
        ((*TKE, "min_size"), "0", "wrong-type", "min_size"),
        ((*TKE, "max_size"), True, "wrong-type", "max_size"),
        ((*TKE, "labels"), [{"gpu": "on"}], "wrong-type", "labels"),
        ((*TKE, "labels", "gpu"), True, "wrong-type", "labels.gpu"),
        ((*TKE, "taints", 0), "gpu", "wrong-type", "taints[0]"),
        ((*ACK, "desired_size"), 2, "wrong-type", "desired_size"),
        (
            (*VKE, "kubernetes_config", "labels"),
            {"gpu": "on"},
            "wrong-type",
            "kubernetes_config.labels",
        ),
        ((*VKE, "node_config"), [{}], "wrong-type", "node_config"),
        ((*TKE, "auto_scaling_config"), [], "too-few", "auto_scaling_config"),
        (
            (*TKE, "auto_scaling_config"),
            [{"instance_type": "a"}, {"instance_type": "b"}],
            "too-many",
            "auto_scaling_config",
        ),
        (
            (*VKE, "node_config", "system_volume", "type"),
            "PTSSD",
            "not-allowed",
            "node_config.system_volume.type",
        ),
        (
            (*TKE, "auto_scaling_config", 0, "system_disk_size"),
            4096,
            "out-of-range",
            "auto_scaling_config[0].system_disk_size",
        ),
        ((*VKE, "name"), "h", "wrong-length", "name"),
        (
            ("resource", "alicloud_cr_ee_instance", "registry", "namespace_quota"),
            7,
            "not-a-multiple",
            "namespace_quota",
        ),
        (
            ("resource", "volcenginecc_vmp_workspace", "metrics", "username"),
            "gpu fleet",
            "wrong-pattern",
            "username",
        ),
        (
            (*TKE, "auto_scaling_config", 0, "password"),
            "${var.key}",
            "conflict",
            "auto_scaling_config[0].password",
        ),
        ((*ACK, "node_pool_name"), REMOVED, "exactly-one-of", "node_pool_name"),
        (
            ("resource", "tencentcloud_cos_bucket", "bucket", "replica_role"),
            "qcs::cam::uin/1:uin/1",
            "needs-another",
            "replica_role",
        ),
        (
            ("resource", "alicloud_instance"),
            {
                "one": {
                    "vswitch_id": "vsw-1",
                    "instance_type": "ecs.c7.large",
                    "security_groups": ["sg-1"],
                }
            },
            "at-least-one-of",
            "image_id",
        ),
        (
            (*TKE, "cluster_id"),
            "${tencentcloud_kubernetes_cluster.cluster.id}",
            "unknown-reference",
            "cluster_id",
        ),
        (
            (*VKE, "cluster_id"),
            "${volcenginecc_vke_cluster.cluster.cluster_identity}",
            "unknown-reference",
            "cluster_id",
        ),
        ((*TKE, "name"), "${var.name}", "unknown-reference", "name"),
        (
            (*TKE, "depends_on"),
            ["tencentcloud_vpc.vpc"],
            "unknown-reference",
            "depends_on",
        ),
    ],
)
def test_a_mistake_is_found_where_it_was_made(
    path: PATHS, value: object, kind: str, at: str
) -> None:
    found = {(mistake.kind, mistake.path) for mistake in mistakes(changed(path, value))}

    assert (kind, at) in found
    assert {kind for kind, _ in found} == {kind}


def test_what_only_terraform_knows_may_be_anything() -> None:
    for path in ((*TKE, "min_size"), (*VKE, "node_config"), (*ACK, "system_disk_category")):
        assert list(mistakes(changed(path, "${max(1, 2)}"))) == []


def test_an_escaped_dollar_is_plain_text() -> None:
    assert is_expression("${x}")
    assert not is_expression("$${x}")


def handing_over(**changes: Any) -> dict[str, dict[str, Any]]:
    """Two stacks, of which the second reads an output of the first."""
    first, second = ({"bucket": "b-1", "region": "r", "key": f"{name}"} for name in ("one", "two"))
    read = {"backend": "cos", "config": {**first, "encrypt": True, **changes.get("config", {})}}
    return {
        "one": {
            "terraform": {"backend": {"cos": first}},
            "output": {changes.get("output", "vpc"): {"value": "vpc-1"}},
        },
        "two": {
            "terraform": {"backend": {"cos": first if changes.get("shared") else second}},
            "data": {"terraform_remote_state": {"network": read}},
            "locals": {"vpc": "${data.terraform_remote_state.network.outputs.vpc}"},
        },
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"shared": True}, ["two: : shared-state: it is the state of one too"]),
        ({"config": {"region": "s"}}, ["two: : no-such-state: network is no stack's state"]),
        ({"output": "vpc_id"}, ["two: : no-such-output: one publishes no vpc"]),
    ],
)
def test_what_stacks_hand_each_other_is_found_missing(
    changes: dict[str, Any], said: list[str]
) -> None:
    assert [str(mistake) for mistake in states.mistakes(handing_over(**changes))] == said


@cache
def staging() -> dict[str, dict[str, Any]]:
    return synthesized.stacks(synthesized.order("staging"))


def scalars(value: Any, path: PATHS = ()) -> Iterator[PATHS]:
    match value:
        case dict():
            for key, inner in value.items():
                if key not in shapes.META:
                    yield from scalars(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from scalars(inner, (*path, index))
        case str() | bool() | int():
            yield path


@pytest.mark.parametrize("name", ["staging-train-cluster", "staging-infer-cluster"])
def test_no_value_of_a_real_stack_escapes_when_it_is_of_another_kind(name: str) -> None:
    """Each value in turn becomes a list of maps, which nothing in these stacks may be."""
    resources = {
        kind: dict(bodies)
        for kind, bodies in staging()[name]["resource"].items()
        if kind not in shapes.BUILT_IN
    }
    paths = list(scalars(resources))
    missed = []

    for path in paths:
        broken: Any = copy.deepcopy(resources)
        holder = broken
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = [{"x": 1}]
        if not list(shapes.mistakes({"resource": broken})):
            missed.append(path)

    assert len(paths) > 50
    assert missed == []
