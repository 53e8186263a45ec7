"""Do the tables of fields name what the providers really have, and are they read rightly?"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies import fields
from policies.subject import Module, Resource
from policies.values import ABSENT, UNKNOWN

SCHEMAS = Path(__file__).parents[5] / "shared" / "data" / "schemas"

TABLES = {
    "policies.fields": ["INSTANCE_TYPES", "DESIRED", "MOST", "PROTECTION", "LABELS", "TAINTS"],
    "policies.rules.cost.prepaid_without_renewal": ["CHARGES", "RENEWALS"],
    "policies.rules.delete_safety.cluster_leaves_load_balancers_behind": ["OPTIONS"],
    "policies.rules.delete_safety.data_erased_on_destroy": ["SWITCHES"],
    "policies.rules.identity.machine_password_in_code": ["PASSWORDS"],
    "policies.rules.identity.pods_without_identity": ["SWITCHES"],
    "policies.rules.identity.secret_in_user_data": ["SCRIPTS"],
    "policies.rules.network.api_server_open_to_the_internet": ["SWITCHES"],
    "policies.rules.network.machine_with_public_address": ["FIELDS"],
    "policies.rules.network.public_bucket": ["FIELDS"],
    "policies.rules.plans.version_lowered": ["VERSIONS"],
    "policies.rules.provider_quirks.container_runtime_left_to_default": ["FIELDS"],
    "policies.rules.provider_quirks.gpu_disk_too_small": ["DISKS"],
    "policies.rules.provider_quirks.labels_do_not_reach_nodes": ["SWITCHES"],
    "policies.rules.provider_quirks.node_os_left_to_default": ["FIELDS"],
    "policies.rules.provider_quirks.vendor_gpu_sharing_on": ["ADDONS"],
    "policies.rules.provider_quirks.version_change_replaces_cluster": ["FIELDS"],
    "policies.rules.state.state_without_versions": ["VERSIONS"],
}
GROUPS = ["POOLS", "CLUSTERS", "DATA"]


def named() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each type and path that a table names."""
    for module, names in TABLES.items():
        for name in names:
            for kind, path in getattr(importlib.import_module(module), name).items():
                paths = [path] if isinstance(path[0], str) else path
                yield from ((kind, one) for one in paths)
    for kind, (path, _) in fields.AUTOSCALED.items():
        yield kind, path
    for group in GROUPS:
        yield from ((kind, ()) for kind in getattr(fields, group))


def missing(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the provider's schema has no such type or path."""
    provider = kind.partition("_")[0]
    schemas = json.loads((SCHEMAS / f"{provider}.json").read_text())["resource_schemas"]
    if kind not in schemas:
        return True
    block: dict[str, Any] = schemas[kind]["block"]
    for step in path:
        if step in block.get("attributes", {}):
            block = block["attributes"][step].get("nested_type", {})
        elif step in block.get("block_types", {}):
            block = block["block_types"][step]["block"]
        else:
            return True
    return False


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the providers' schemas are not at hand")
def test_each_field_of_a_table_is_in_its_provider_s_schema():
    assert [(kind, path) for kind, path in named() if missing(kind, path)] == []


def resource(kind: str, body: dict[str, Any]) -> Resource:
    module = Module(address="stack", stack="stack", document={})
    return Resource(address=kind, resource_type=kind, name="a", body=body, module=module)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"auto_scaling": {"enabled": True}}, (("auto_scaling", "enabled"), True)),
        ({"auto_scaling": [{"enabled": True}]}, (("auto_scaling", 0, "enabled"), True)),
        ({"auto_scaling": []}, (("auto_scaling", "enabled"), ABSENT)),
        ({"auto_scaling": None}, (("auto_scaling", "enabled"), ABSENT)),
        ({"auto_scaling": "${var.x}"}, (("auto_scaling",), UNKNOWN)),
        ({"auto_scaling": {"enabled": "${var.x}"}}, (("auto_scaling", "enabled"), UNKNOWN)),
        ({"dynamic": {"auto_scaling": {"for_each": []}}}, (("auto_scaling",), UNKNOWN)),
        ({"auto_scaling": 3}, (("auto_scaling", "enabled"), ABSENT)),
        ({}, (("auto_scaling", "enabled"), ABSENT)),
    ],
)
def test_a_field_is_read_through_blocks_however_they_are_written(body, expected):
    assert fields.one(resource(fields.VKE, body), ("auto_scaling", "enabled")) == expected


def test_every_repetition_of_a_block_is_read():
    body = {"data_disks": [{"size": 1}, {}, {"size": 3}]}

    found = list(fields.every(resource(fields.ACK, body), ("data_disks", "size")))

    assert found == [
        (("data_disks", 0, "size"), 1),
        (("data_disks", 1, "size"), ABSENT),
        (("data_disks", 2, "size"), 3),
    ]


@pytest.mark.parametrize(
    ("ignored", "path", "expected"),
    [
        (["desired_capacity"], ("desired_capacity",), True),
        (["desired_capacity_of_another"], ("desired_capacity",), False),
        (["auto_scaling[0].desired_replicas"], ("auto_scaling", 0, "desired_replicas"), True),
        (["auto_scaling"], ("auto_scaling", 0, "desired_replicas"), True),
        (["auto_scaling[0].enabled"], ("auto_scaling", 0, "desired_replicas"), False),
        ("all", ("desired_capacity",), True),
        (["all"], ("desired_capacity",), True),
        (["${var.x}", 3], ("desired_capacity",), False),
        ([], ("desired_capacity",), False),
    ],
)
def test_what_is_ignored_is_told_by_name_and_by_what_is_around_it(ignored, path, expected):
    body = {"lifecycle": {"ignore_changes": ignored}}

    assert fields.ignores(resource(fields.TKE, body), path) is expected


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (fields.ACK, {}, False),
        (fields.ACK, {"scaling_config": [{"max_size": 3}]}, True),
        (fields.ACK, {"scaling_config": [{"enable": False}]}, False),
        (fields.TKE, {}, True),
        (fields.TKE, {"enable_auto_scale": False}, False),
        (fields.TKE_NATIVE, {"native": [{}]}, False),
        (fields.VKE, {"auto_scaling": {"enabled": "${var.x}"}}, None),
    ],
)
def test_whether_a_pool_scales_follows_each_provider_s_default(kind, body, expected):
    assert fields.autoscaled(resource(kind, body)) is expected


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (fields.TKE, {"labels": {"gpu": "on"}}),
        (fields.TKE_NATIVE, {"labels": [{"name": "gpu", "value": "on"}]}),
        (fields.ACK, {"labels": [{"key": "gpu", "value": "on"}]}),
        (fields.VKE, {"kubernetes_config": {"labels": [{"key": "gpu", "value": "on"}]}}),
        (fields.VKE_OLD, {"kubernetes_config": [{"labels": [{"key": "gpu", "value": "on"}]}]}),
    ],
)
def test_labels_are_one_map_whichever_way_a_provider_writes_them(kind, body):
    assert fields.pairs(resource(kind, body), fields.LABELS) == {"gpu": "on"}
