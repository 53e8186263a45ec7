"""What a change of a pool does on each cloud: known before it is planned.

`replacements.yaml` is made by `python -m scripts.replacement_map`, from the stacks
as they are built and what the providers say of their resources; a test says when it
is stale.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from environments.clouds import Provider
from environments.yaml_reader import parse

Action = Literal["nothing", "in_place", "new_pool", "replace", "refused"]
MEANING: dict[Action, str] = {
    "nothing": "no resource changes: it is read when the pool is made, or only by us",
    "in_place": "the pool stays, and its machines; what only a machine can have, new ones have",
    "new_pool": "a new pool is made beside the old one, which goes after it with its machines",
    "replace": "machines go before their successors come",
    "refused": "`fleet validate` does not take it",
}


class Effect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one change does on one cloud."""

    action: Action
    because: list[str] = msgspec.field(default_factory=list)
    """The provider's paths, or our own triggers, that force it."""


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of a pool, on every cloud."""

    key: str
    """The key below the pool that is changed: `disk.data`."""
    change: str
    """What is done with it."""
    effects: dict[Provider, Effect]


@cache
def table() -> tuple[Row, ...]:
    """All changes, in the order of the keys of a pool."""
    file = Path(__file__).with_name("replacements.yaml")
    rows = parse(file.read_bytes(), file.name).data["rows"]
    return tuple(msgspec.convert(rows, list[Row]))


def worst(cloud: Provider, key: str) -> Action:
    """The most that a change of the key can do on the cloud, whatever the values."""
    order: list[Action] = ["nothing", "in_place", "refused", "new_pool", "replace"]
    found = [row.effects[cloud].action for row in table() if row.key == key]
    return max(found, key=order.index, default="nothing")
