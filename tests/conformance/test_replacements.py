"""The map of replacements is fresh, and says what the providers themselves were seen to plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from environments import replacements
from environments.model import Pool
from scripts import replacement_map
from scripts.replacements import edits, effects
from tests.conformance import facts

pytestmark = facts.needed

PATHS = {
    ("volcengine", "pool: instance types appended"): ["node_config.instance_type_ids"],
    ("volcengine", "pool: cordon false"): ["kubernetes_config.cordon"],
    ("volcengine", "pool: labels"): ["kubernetes_config.labels.value"],
    ("volcengine", "pool: taint effect"): ["kubernetes_config.taints.effect"],
    ("volcengine", "pool: max_replicas"): ["auto_scaling.max_replicas"],
    ("volcengine", "pool: data volume size"): ["node_config.data_volumes.size"],
    ("volcengine", "pool: image_id set"): ["node_config.image_id"],
    ("volcengine", "pool: subnet added"): ["node_config.subnet_ids"],
    ("volcengine", "pool: initialize_script"): ["node_config.initialize_script"],
    ("volcengine", "pool: client_token"): ["client_token"],
    ("volcengine", "pool: name"): ["name"],
    ("volcenginecc", "pool: instance types added"): ["node_config.instance_type_ids"],
    ("volcenginecc", "pool: cordon false"): ["kubernetes_config.cordon"],
    ("volcenginecc", "pool: labels"): ["kubernetes_config.labels.value"],
    ("volcenginecc", "pool: cluster_id changed"): ["cluster_id"],
    ("volcenginecc", "pool: charge type PrePaid"): ["node_config.instance_charge_type"],
    ("volcenginecc", "pool: data volume size"): ["node_config.data_volumes.size"],
    ("tencentcloud", "regular: gpu_args.driver version edited"): ["node_config.gpu_args.driver"],
    ("tencentcloud", "regular: mig_enable true"): ["node_config.gpu_args.mig_enable"],
    ("tencentcloud", "regular: backup_instance_types changed"): [
        "auto_scaling_config.backup_instance_types"
    ],
    ("tencentcloud", "regular: labels changed"): ["labels"],
    ("tencentcloud", "regular: taints changed"): ["taints.effect"],
    ("tencentcloud", "regular: user_data changed"): ["node_config.user_data"],
    ("tencentcloud", "regular: data_disk size (asg)"): ["auto_scaling_config.data_disk.disk_size"],
    ("tencentcloud", "regular: desired 2"): ["desired_capacity"],
    ("tencentcloud", "regular: max_size 8"): ["max_size"],
    ("tencentcloud", "regular: node_os changed"): ["node_os"],
    ("tencentcloud", "regular: name changed"): ["name"],
    ("tencentcloud", "native: data_disks size"): ["native.data_disks.disk_size"],
    ("tencentcloud", "native: replicas 2"): ["native.replicas"],
    ("tencentcloud", "native: labels changed"): ["labels.value"],
    ("tencentcloud", "native: lifecycle scripts"): ["native.lifecycle.post_init"],
    ("alicloud", "pool: instance_types appended"): ["instance_types"],
    ("alicloud", "pool: instance_charge_type PrePaid"): ["instance_charge_type"],
    ("alicloud", "pool: unschedulable false"): ["unschedulable"],
    ("alicloud", "pool: labels appended"): ["labels"],
    ("alicloud", "pool: labels reordered"): ["labels.key"],
    ("alicloud", "pool: driver version label"): ["labels.value"],
    ("alicloud", "pool: taints effect"): ["taints.effect"],
    ("alicloud", "pool: scaling max"): ["scaling_config.max_size"],
    ("alicloud", "pool: vswitch added"): ["vswitch_ids"],
    ("alicloud", "pool: key_name"): ["key_name"],
    ("alicloud", "pool: data disk size"): ["data_disks.size"],
    ("alicloud", "pool: image_type"): ["image_type"],
    ("alicloud", "pool: image_id"): ["image_id"],
    ("alicloud", "pool: user_data"): ["user_data"],
    ("alicloud", "pool: name"): ["node_pool_name"],
    ("alicloud", "pool: desired_size set"): ["desired_size"],
    ("alicloud", "pool: runtime_version"): ["runtime_version"],
}
"""What an edit that was planned in place had changed; one that replaced says so itself."""

COMPUTED = {("volcengine", "addon: config set")}
"""The provider decides in code, by the addon's name: no schema says so."""


def compared() -> Iterator[tuple[str, dict[str, Any]]]:
    """Probes that change something of what the map is made from: all that replace, all of pools."""
    for provider, found in (facts.probes() if facts.SCHEMAS.is_dir() else {}).items():
        for probe in found:
            removed = probe["edit"].endswith("removed")
            pool = "pool" in probe.get("resource", "")
            in_place = pool and probe["action"] == "in_place" and not removed
            if in_place or probe["action"] == "replace":
                yield provider, probe


PROBES = [
    (provider, probe) for provider, probe in compared() if (provider, probe["edit"]) not in COMPUTED
]


def behaviours() -> dict[str, Any]:
    text = (facts.SCHEMAS / "behaviours.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["resources"]
    return found


def replaced_by(resource: str, paths: list[str]) -> bool:
    return bool(effects.replacing(behaviours()[resource], set(paths)))


@pytest.mark.parametrize(
    ("provider", "probe"), PROBES, ids=lambda it: it["edit"] if isinstance(it, dict) else it
)
def test_what_was_seen_to_be_planned_is_what_we_say(provider: str, probe: dict[str, Any]) -> None:
    paths = (
        [effects.plain(path) for path in probe["replace_paths"]]
        if probe["action"] == "replace"
        else PATHS[provider, probe["edit"]]
    )

    assert replaced_by(probe["resource"], paths) == (probe["action"] == "replace")


def test_every_probe_of_a_pool_in_place_is_compared() -> None:
    seen = {(provider, probe["edit"]) for provider, probe in PROBES if "replace_paths" not in probe}

    assert seen == set(PATHS)


@pytest.mark.slow
def test_the_map_is_what_the_stacks_and_the_providers_say_today() -> None:
    """Builds a hundred fleets: whoever builds a pool otherwise sees what that does to changes."""
    committed = replacement_map.FILE.read_text(encoding="utf-8")

    assert replacement_map.text(facts.SCHEMAS) == committed, "run python -m scripts.replacement_map"


def test_every_key_of_a_pool_has_a_row() -> None:
    keys = {row.key.partition(".")[0] for row in replacements.table()}

    assert keys == set(Pool.__struct_fields__)


@pytest.mark.parametrize("cloud", edits.CLOUDS)
def test_the_same_changes_are_tried_on_every_cloud(cloud: str) -> None:
    tried = [(edit.key, edit.change) for edit in edits.edits(cloud)]

    assert tried == [(row.key, row.change) for row in replacements.table()]
