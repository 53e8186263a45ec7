"""What is advised, and what is not."""

from __future__ import annotations

from scripts.simulation.advice import advice
from scripts.simulation.result import Cluster, Trial


def trial(policy, *, placed=100, touched=80, needed=None):
    return Trial(
        policy=policy,
        title=policy,
        mode="hami",
        asked=100,
        placed=placed,
        cards=100,
        touched=touched,
        memory=0.5,
        cores=0.5,
        busy=0.3,
        free=20,
        stranded={},
        waiting=(),
        cards_needed=needed,
    )


def cluster(*trials, mode="hami"):
    return Cluster(
        name="slices", mode=mode, policy="hami-binpack-spread", pools=(), trials=trials, shares=()
    )


def test_a_policy_that_places_more_is_advised_with_the_lines_to_paste():
    found = list(
        advice(
            [
                cluster(
                    trial("hami-binpack-spread", placed=90),
                    trial("hami-spread-binpack", placed=95, touched=99),
                )
            ]
        )
    )

    (entry,) = found
    assert entry.yaml == "sharing: {node_policy: spread, card_policy: binpack}"
    assert "5 more pods fit" in entry.why


def test_a_policy_that_needs_clearly_fewer_cards_is_advised():
    trials = trial("hami-binpack-spread"), trial("hami-binpack-binpack", touched=70)

    (entry,) = advice([cluster(*trials)])

    assert "70 cards in use in place of 80" in entry.why


def test_a_card_more_or_less_is_no_reason_to_change():
    trials = trial("hami-binpack-spread"), trial("hami-binpack-binpack", touched=79)

    assert list(advice([cluster(*trials)])) == []


def test_what_no_environment_can_say_is_never_advised():
    trials = trial("hami-binpack-spread", placed=50), trial("fgd", placed=100)

    assert list(advice([cluster(*trials)])) == []


def test_gpu_clusters_have_nothing_to_choose():
    trials = trial("hami-binpack-spread", placed=50), trial("hami-spread-binpack", placed=100)

    assert list(advice([cluster(*trials, mode="none")])) == []
