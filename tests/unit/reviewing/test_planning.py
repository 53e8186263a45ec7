"""Plans that are kept: what counts as something to apply, what a hash covers, what is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from environments import load
from environments.errors import UsageError
from policies.change import PlanFile
from policies.review.review import changing, digest
from scripts.reviewing import planning, reading
from tests.unit.review.plans import change, fixtures, plan, written


def found(path: Path) -> PlanFile:
    (only,) = reading.plans(reading.read([path]))
    return only


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("01-moved-only", 1),
        ("04-imported", 1),
        ("05-forgotten", 1),
        ("22-outputs-only", 1),
        ("23-nothing", 0),
        ("23-drift-only", 0),
        ("28-destroyed", 2),
    ],
)
def test_moves_and_outputs_are_something_to_apply(name: str, number: int) -> None:
    (path,) = fixtures()[name]

    assert changing(found(path)) == number


BASE: dict[str, Any] = {"before": {"input": 1}, "after": {"input": 2}}


@pytest.mark.parametrize(
    "other",
    [
        plan(change("terraform_data.a", ["update"], {"input": 1}, {"input": 3})),
        plan(change("terraform_data.a", ["update"], {"input": 0}, {"input": 2})),
        plan(change("terraform_data.b", ["update"], {"input": 1}, {"input": 2})),
        plan(change("terraform_data.a", ["delete", "create"], {"input": 1}, {"input": 2})),
        plan(
            change("terraform_data.a", ["update"], **BASE, after_unknown={"output": True}),
        ),
        plan(change("terraform_data.a", ["update"], **BASE, importing={"id": "x"})),
        plan(
            {
                **change("terraform_data.a", ["update"], **BASE),
                "previous_address": "terraform_data.old",
            }
        ),
        plan(
            change("terraform_data.a", ["update"], **BASE),
            output_changes={"o": {"actions": ["create"], "after": 1}},
        ),
        plan(
            change("terraform_data.a", ["update"], **BASE),
            action_invocations=[{"address": "action.x.y", "config_values": {"a": 1}}],
        ),
    ],
    ids=[
        *("value", "before", "address", "actions", "unknown", "imported", "moved", "output"),
        "action",
    ],
)
def test_what_an_apply_would_do_otherwise_has_another_hash(tmp_path: Path, other: Any) -> None:
    base = plan(change("terraform_data.a", ["update"], **BASE))

    hashes = {digest(found(written(tmp_path, each))) for each in (base, other)}

    assert len(hashes) == 2


def test_the_time_and_what_stays_have_no_part_in_the_hash(tmp_path: Path) -> None:
    one = change("terraform_data.a", ["update"], **BASE)
    same = change("terraform_data.b", ["no-op"], {}, {})

    first = digest(found(written(tmp_path, plan(one, timestamp="2026-11-22T00:00:00Z"))))
    second = digest(found(written(tmp_path, plan(same, one, timestamp="2026-11-23T00:00:00Z"))))

    assert first == second


def test_stacks_are_chosen_by_their_names_in_the_order_of_the_apply() -> None:
    lab = load.load("lab")

    chosen = planning.chosen(lab, ["whole-device", "lab-slices-cluster"])

    assert chosen == ["lab-slices-cluster", "lab-whole-device"]


def test_a_stack_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(UsageError, match='no stack "slices-devise"'):
        planning.chosen(load.load("lab"), ["slices-devise"])


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
def test_what_cannot_be_read_back_is_nothing(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "kept.json").write_bytes(content)

    assert planning.read(tmp_path) is None
