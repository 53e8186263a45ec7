"""Our policy on the study's traces: what it must reach, and never less than FGD."""

from __future__ import annotations

import pytest

from policies.placement.policy import Policy, Ties
from tests.calibration.openb_results import SHARED, Published, means, published, study

OPENB = SHARED / "openb"
pytestmark = pytest.mark.skipif(not OPENB.is_dir(), reason="needs ../shared/data/openb")
ROWS = [row for row in published(OPENB) if row.policy is Policy.FGD] if OPENB.is_dir() else []


# Earns: the figures of the documentation; what worth is and prefers is in `tests/unit/placement`.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("ties", "least"), [(Ties.FIRST, 96.2), (Ties.RANDOM, 96.0), (Ties.SAMPLED, 96.0)]
)
def test_it_allocates_what_we_say_on_the_default_trace(ties: Ties, least: float) -> None:
    _, full, _ = means(study(OPENB, "openb_pod_list_default"), Policy.WORTH, ties)

    assert full >= least


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.pods.removeprefix("openb_pod_list_"))
def test_it_is_at_or_above_fgd_on_every_trace(row: Published) -> None:
    """One rule without constants for a trace has to hold on all of them."""
    found = means(study(OPENB, row.pods), Policy.WORTH)

    assert found[1] >= row.allocated[1]
    assert found[2] >= row.allocated[2]
