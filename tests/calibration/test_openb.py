"""The simulator reproduces the FGD study: six policies on every published pod list."""

from __future__ import annotations

import pytest

from policies.placement.policy import Policy
from tests.calibration.openb_results import ARRIVED, SHARED, Published, means, published, study

OPENB = SHARED / "openb"
pytestmark = pytest.mark.skipif(not OPENB.is_dir(), reason="needs ../shared/data/openb")
ROWS = published(OPENB) if OPENB.is_dir() else []
FAST = Policy.FGD
"""The policy with the most to get wrong; the others take a second each."""
DEFAULT = [row for row in ROWS if row.pods == "openb_pod_list_default"]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, marks=() if row.policy is FAST else pytest.mark.slow, id=row.policy.value)
        for row in DEFAULT
    ],
)
def test_the_default_trace_allocates_what_the_study_published(row: Published) -> None:
    assert_close(row)


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row not in DEFAULT],
    ids=lambda row: f"{row.pods.removeprefix('openb_pod_list_')}-{row.policy.value}",
)
def test_every_other_trace_allocates_what_the_study_published(row: Published) -> None:
    """A minute that shows the agreement is not one trace's luck."""
    assert_close(row)


def assert_close(row: Published) -> None:
    found = means(study(OPENB, row.pods), row.policy)

    off = {p: f - e for p, f, e in zip(ARRIVED, found, row.allocated, strict=True)}
    tolerance = 0.3
    assert {p: round(d, 2) for p, d in off.items() if abs(d) > tolerance} == {}


def test_the_study_has_all_its_policies() -> None:
    assert {row.policy for row in ROWS} == set(list(Policy)[:6])
