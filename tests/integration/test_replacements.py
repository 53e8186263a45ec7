"""The real providers plan what the map of replacements says, edit by edit.

Needs a filesystem mirror with their binaries, named by `FLEET_PROVIDER_MIRROR`; no
account, no network. Each edit of the map has a pool of its own in one cluster of each
cloud, and one plan is for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from environments import replacements
from environments.clouds import Provider
from environments.demand import Demand
from environments.replacements import Action
from scripts.replacements import edits
from stacks.request import Order
from tests import synthesized
from tests.standing import Standing

MIRROR = os.environ.get("FLEET_PROVIDER_MIRROR", "")
BINARIES: dict[Provider, str] = {
    "volcengine": "volcengine/volcenginecc/0.0.53",
    "tencentcloud": "tencentcloudstack/tencentcloud/1.83.25",
    "alicloud": "aliyun/alicloud/1.289.0",
}

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def pools(rows: Iterable[int]) -> dict[str, int]:
    """A pool for each edit, by a name that says where the edit stands in the map."""
    return {f"edit-{index:02d}": index for index in rows}


def planned_by_us(cloud: Provider) -> dict[str, int]:
    """The pools whose edit is one that `fleet validate` takes."""
    rows = enumerate(replacements.table())
    return pools(index for index, row in rows if row.effects[cloud].action != "refused")


def layer(cloud: Provider, changed: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The cluster layer of a cluster with these pools."""
    environment = edits.fleet(cloud, changed)
    order = Order(environment=environment, demand=Demand(), state=Path("/states"), charts=None)
    stacks = synthesized.stacks(order)
    return stacks[f"{environment.name}-{edits.CLUSTER}-cluster"]


def action(changes: Mapping[str, list[str]]) -> Action:
    """What the planned actions of a pool's resources come to, in the words of the map."""
    ended = [actions for actions in changes.values() if "delete" in actions]
    if any(actions != ["create", "delete"] for actions in ended):
        return "replace"
    if ended:
        return "new_pool"
    return "in_place" if changes else "nothing"


@pytest.fixture(scope="module", params=BINARIES)
def planned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Provider, dict[str, list[str]]]:
    """The cloud, and what its provider plans once every pool has had its edit."""
    cloud: Provider = request.param
    if not MIRROR or not [*Path(MIRROR).glob(f"*/{BINARIES[cloud]}/*")]:
        pytest.skip(f"FLEET_PROVIDER_MIRROR names no folder with {BINARIES[cloud]}")
    all_edits = edits.edits(cloud)
    named = planned_by_us(cloud)
    before = {name: all_edits[index].before for name, index in named.items()}
    after = {name: {**before[name], **all_edits[index].after} for name, index in named.items()}
    standing = Standing.of(
        layer(cloud, before),
        tmp_path_factory.mktemp(cloud),
        mirror=MIRROR,
        cloud=cloud,
        zones=edits.CLOUDS[cloud]["zones"],
    )
    assert standing.edited(layer(cloud, before)) == {}, "an edit of nothing changes something"
    return cloud, standing.edited(layer(cloud, after))


def test_the_map_says_what_the_real_provider_plans(
    planned: tuple[Provider, dict[str, list[str]]],
) -> None:
    cloud, changes = planned
    table = replacements.table()
    said, seen = {}, {}
    for name, index in planned_by_us(cloud).items():
        row = table[index]
        said[f"{row.key}: {row.change}"] = row.effects[cloud].action
        own = {address: it for address, it in changes.items() if name in address}
        seen[f"{row.key}: {row.change}"] = action(own)

    assert seen == said
    assert len(seen) >= 20
