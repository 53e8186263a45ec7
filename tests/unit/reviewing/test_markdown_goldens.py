"""Every plan of the fixtures as the comment that a reviewer reads.

The comment lies beside its plan; FLEET_UPDATE=1 writes it anew, and whoever does so
reads what has changed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.review.plans import fixtures, reviewed, told

FIXTURES = fixtures()
CASES = 36
"""Corner cases of plan JSON that are known; each fixture begins with the number of its own."""
ELSEWHERE = {31, 32}
"""Files that are no plan are told on the error stream: `tests/unit/review/test_bad_plans.py`."""


def golden(paths: list[Path]) -> Path:
    """Beside the plan, or beside the folder of plans that are reviewed together."""
    return paths[0].with_suffix(".md") if len(paths) == 1 else paths[0].parent.with_suffix(".md")


@pytest.mark.parametrize("name", FIXTURES)
def test_the_comment_is_the_one_that_was_read(name: str) -> None:
    file = golden(FIXTURES[name])

    text = f"{told(reviewed(FIXTURES[name]))}\n"
    if os.environ.get("FLEET_UPDATE"):
        file.write_text(text, encoding="utf-8")

    assert text == file.read_text(encoding="utf-8")


def test_every_corner_case_has_a_fixture() -> None:
    there = {int(name[:2]) for name in FIXTURES}

    assert set(range(1, CASES + 1)) - there == ELSEWHERE


@pytest.mark.parametrize("name", FIXTURES)
def test_no_canary_reaches_the_comment(name: str) -> None:
    plans = "".join(path.read_text(encoding="utf-8") for path in FIXTURES[name])

    text = told(reviewed(FIXTURES[name]))

    assert "canary" not in text.replace("canary-key", "") or "canary" not in plans
