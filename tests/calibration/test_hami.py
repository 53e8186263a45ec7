"""The model of HAMi decides as its real scheduler did, on every recorded decision."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calibration.hami_decisions import scenarios, verdicts
from tests.calibration.openb_results import SHARED

FILES = sorted(SHARED.glob("hami-decisions*.jsonl"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_stable_decision_is_the_recorded_one(file: Path) -> None:
    found = [verdict for scenario in scenarios(file) for verdict in verdicts(scenario)]

    assert len(found) > 500
    assert [verdict for verdict in found if verdict.stable and verdict.differs] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_unstable_decisions_went_to_a_node_the_model_holds_equal(file: Path) -> None:
    found = [verdict for scenario in scenarios(file) for verdict in verdicts(scenario)]

    assert [verdict for verdict in found if not verdict.stable and verdict.differs] == []


def test_there_is_something_to_compare_with() -> None:
    if not FILES:
        pytest.skip("needs ../shared/data/hami-decisions-*.jsonl")
    assert FILES
