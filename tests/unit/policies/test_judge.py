"""The judge: rules meet subjects of every kind, and each finding has its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies import own_rules
from policies.finding import Severity
from policies.judge import judge
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool
from tests.unit.policies import judged

SAMPLES = {r.id: r for r in own_rules.load(Path(__file__).with_name("sample_rules"))}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=lambda sample: sample.id)
def test_a_sample_rule_fires_on_its_bad_example_and_not_on_its_good_one(sample):
    (bad,), (good,) = sample.docs.bad, sample.docs.good

    assert [f.rule for f in judged.findings(bad.text, [sample])] == [sample.id]
    assert judged.findings(good.text, [sample]) == ()


@pytest.mark.parametrize(
    ("sample", "line", "column"),
    [
        ("pool-of-one-node", 4, 31),
        ("container-without-limits", 6, 7),
        ("pool-deleted-by-force", 1, 76),
        ("pool-made-anew", 4, 88),
    ],
)
def test_a_finding_stands_at_the_line_of_its_key_or_of_what_should_hold_it(sample, line, column):
    rule = SAMPLES[sample]

    (finding,) = judged.findings(rule.docs.bad[0].text, [rule], "example")

    assert str(finding.place) == f"example:{line}:{column}"


def test_a_rule_that_raises_becomes_a_finding_and_the_others_go_on():
    fleet = judged.fleet("clusters: {train: {pools: {h100: {nodes: {desired: 1}}}}}")

    found = judge(fleet, [broken, SAMPLES["pool-of-one-node"]]).findings

    assert [(f.rule, f.outcome, f.subject) for f in found] == [
        ("test-judge", "error", "clusters.train.pools.h100"),
        ("pool-of-one-node", "fail", "clusters.train.pools.h100"),
        ("test-judge", "error", "clusters.infer.pools.h20"),
        ("test-judge", "error", "clusters.claims.pools.a100"),
    ]
    assert (
        found[0].message
        == "the rule broke down: ZeroDivisionError: integer division or modulo by zero"
    )


@rule(Severity.LOW, judges=Pool)
def broken(pool: Pool, fleet: Fleet):
    """Break down at the first pool."""
    yield Fault(str(1 // 0))
