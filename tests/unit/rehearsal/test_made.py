"""Rehearsals made up from the environments of this checkout are like real ones."""

from __future__ import annotations

import pytest

from scripts.rehearsal import figures, page
from tests.unit.rehearsal import made


@pytest.mark.parametrize("name", ["lab", "staging"])
def test_a_page_can_be_made_of_every_small_environment(name: str) -> None:
    assert "Passed" in page.render(made.rehearsal(name))


def test_the_same_environment_gives_the_same_rehearsal() -> None:
    assert made.rehearsal("lab") == made.rehearsal("lab")


def test_no_card_is_given_more_than_it_has() -> None:
    lab = made.rehearsal("lab")

    pools = [pool for cluster in lab.clusters for pool in cluster.pools]

    for pool in pools:
        for card in (card for node in pool.nodes for card in node.cards):
            assert card.memory_mib <= pool.card_memory_mib
            assert card.cores <= pool.card_cores
            assert card.pods <= pool.split
    assert figures.allocation(pools).touched > 0
