"""What a change of a pool does is data that others can ask."""

from __future__ import annotations

from typing import get_args

import pytest

from environments import replacements
from environments.clouds import Provider


def test_every_change_has_an_effect_on_every_cloud() -> None:
    for row in replacements.table():
        assert set(row.effects) == set(get_args(Provider))


def test_what_replaces_says_why() -> None:
    for row in replacements.table():
        for effect in row.effects.values():
            assert bool(effect.because) == (effect.action in {"new_pool", "replace"})


@pytest.mark.parametrize(
    ("cloud", "key", "action"),
    [
        ("tencentcloud", "instance_types", "new_pool"),
        ("tencentcloud", "labels", "in_place"),
        ("tencentcloud", "generation", "new_pool"),
        ("volcengine", "spot", "new_pool"),
        ("alicloud", "disk.data", "in_place"),
        ("alicloud", "generation", "new_pool"),
        ("private", "selector", "in_place"),
        ("private", "machine", "nothing"),
        ("private", "no such key", "nothing"),
    ],
)
def test_the_worst_that_a_change_can_do_is_known(
    cloud: Provider, key: str, action: replacements.Action
) -> None:
    assert replacements.worst(cloud, key) == action


def test_every_action_is_explained_and_used() -> None:
    used = {effect.action for row in replacements.table() for effect in row.effects.values()}

    assert used == set(replacements.MEANING) == set(get_args(replacements.Action))
