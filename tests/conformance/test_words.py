"""A word that can be written does something: no key of a cloud or a pool is taken and forgotten."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from environments import invariants, replacements
from environments.demand import Demand
from environments.model import Alicloud, Environment, Tencentcloud, Volcengine
from environments.quantity import decode
from scripts.replacements import edits
from stacks.request import Order
from tests import synthesized

PUBLIC = {"volcengine": Volcengine, "tencentcloud": Tencentcloud, "alicloud": Alicloud}
BUCKET = {"name": "words-checkpoints-1250000000"}
FILES = {"capacity": "100Ti"}
OPEN = {"public": True, "allow": ["203.0.113.0/24"]}

CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("network.cidr", {}, {"network": {"cidr": "10.32.0.0/12"}}),
    ("network.nodes", {}, {"network": {"nodes": 23}}),
    ("network.pods", {}, {"network": {"pods": 17}}),
    ("network.services", {}, {"network": {"services": "172.22.0.0/20"}}),
    ("network.pods_per_node", {}, {"network": {"pods_per_node": 64}}),
    ("api.public", {}, {"api": OPEN}),
    ("api.allow", {"api": OPEN}, {"api": {**OPEN, "allow": ["198.51.100.0/24"]}}),
    ("protected", {}, {"protected": False}),
    ("logs", {}, {"logs": None}),
    ("logs.days", {}, {"logs": {"days": 7}}),
    ("logs.project", {}, {"logs": {"project": "b0a1c2d3"}}),
    ("registry", {}, {"registry": {}}),
    ("registry.tier", {"registry": {}}, {"registry": {"tier": "premium"}}),
    ("buckets", {}, {"buckets": {"checkpoints": BUCKET}}),
    (
        "buckets.*.name",
        {"buckets": {"checkpoints": BUCKET}},
        {"buckets": {"checkpoints": {"name": "other-1250000000"}}},
    ),
    (
        "buckets.*.versions_days",
        {"buckets": {"checkpoints": BUCKET}},
        {"buckets": {"checkpoints": {**BUCKET, "versions_days": 3}}},
    ),
    ("files", {}, {"files": {"home": FILES}}),
    (
        "files.*.kind",
        {"files": {"home": FILES}},
        {"files": {"home": {**FILES, "kind": "parallel"}}},
    ),
    (
        "files.*.capacity",
        {"files": {"home": {**FILES, "kind": "parallel"}}},
        {"files": {"home": {"capacity": "200Ti", "kind": "parallel"}}},
    ),
    ("prometheus", {}, {"prometheus": True}),
    ("level", {}, {"level": "L500"}),
    ("spec", {}, {"spec": "ack.pro.xlarge"}),
]
FOR_CHECKS_ONLY = {"region", "zones", "quota"}
"""Region and zones are in every test there is; a quota is compared with pools, and not built."""


@cache
def built(cloud: str, written: str) -> str:
    """The network and the cluster of a fleet, as text; or that someone is told why not."""
    fleet = json.loads(msgspec.json.encode(edits.fleet(cloud, {edits.POOL: {}}), enc_hook=str))
    fleet["clusters"][edits.CLUSTER]["cloud"] |= json.loads(written)
    environment = msgspec.convert(fleet, Environment, dec_hook=decode)
    if any(True for _ in invariants.faults(environment)):
        return "refused"
    if any(True for _ in invariants.warnings(environment)):
        return "warned of"
    order = Order(environment=environment, demand=Demand(), state=Path("/states"), charts=None)
    stacks = synthesized.stacks(order)
    return json.dumps({name: stacks[name] for name in stacks if not name.endswith("tenancy")})


@pytest.mark.parametrize("cloud", PUBLIC)
@pytest.mark.parametrize(("word", "before", "after"), CHANGES, ids=[word for word, *_ in CHANGES])
def test_a_word_of_a_cloud_changes_what_is_built_or_someone_is_told(
    cloud: str, word: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    if word.partition(".")[0] not in PUBLIC[cloud].__struct_fields__:
        return
    one, other = (built(cloud, json.dumps(it, sort_keys=True)) for it in (before, after))

    assert other in {"refused", "warned of"} or one != other


@pytest.mark.parametrize("cloud", PUBLIC)
def test_every_word_of_a_cloud_is_tried(cloud: str) -> None:
    tried = {word.partition(".")[0] for word, *_ in CHANGES}

    assert set(PUBLIC[cloud].__struct_fields__) - FOR_CHECKS_ONLY <= tried


@pytest.mark.parametrize("cloud", PUBLIC)
def test_a_word_of_a_pool_that_changes_nothing_says_so_for_a_reason(cloud: Any) -> None:
    idle = {
        row.key
        for row in replacements.table()
        if row.effects[cloud].action == "nothing" and "autoscaler" not in row.change
    }

    # What a machine is told of itself, and that its type is not in the catalogue, is for checks;
    # a node of TKE is uncordoned by whoever checked it, not by Terraform.
    assert idle == {"machine", "unlisted"} | ({"cordon"} if cloud == "tencentcloud" else set())
