"""One mistake in a plan without fault: is it found, at its line, and nothing else?

`fixtures/clean-plan.json` changes pools, a cluster, a file system and a chart on three
clouds. Each seed changes one value of a copy; the expected line is the one on which
that value stands, or the one of what will be gone.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from policies import rules
from policies.rule import Rule
from tests.unit.policies import judged

CLEAN = Path(__file__).parents[3] / "fixtures" / "clean-plan.json"
TENCENT, VOLCANO, CLUSTER, FILES, CHART = (f"resource_changes.{at}.change" for at in range(5))
REMOVED = {"actions": ["delete"], "before": {"chart": "hami"}, "after": None}

SEEDS: dict[str, tuple[str, Any, str]] = {
    # what is changed, to what, and what stands on the line that is reported
    "pool-destroyed": (f"{VOLCANO}.actions", ["delete"], '"before": {'),
    "pool-replaced": (f"{VOLCANO}.actions", ["delete", "create"], '"after": {'),
    "cluster-destroyed": (f"{CLUSTER}.actions", ["delete"], '"before": {'),
    "data-destroyed": (f"{FILES}.actions", ["delete"], '"before": {'),
    "device-layer-removed": (CHART, REMOVED, '"before": {'),
    "machines-forgotten": (f"{VOLCANO}.actions", ["forget"], '"after": {'),
    "pool-shrinks": (f"{TENCENT}.after.desired_capacity", 3, '"desired_capacity": 3'),
    "protection-removed": (
        f"{TENCENT}.after.deletion_protection",
        False,
        '"deletion_protection": false',
    ),
    "driver-edit-without-effect": (
        f"{TENCENT}.after.node_config.0.gpu_args.0.mig_enable",
        True,
        '"mig_enable": true',
    ),
    "labels-miss-running-machines": (
        f"{VOLCANO}.after.kubernetes_config.auto_sync_disabled",
        True,
        '"labels": [',
    ),
    "pool-moved-to-another-cluster": (f"{VOLCANO}.after.cluster_id", "c2", '"cluster_id": "c2"'),
    "version-lowered": (f"{CLUSTER}.after.version", "1.31.9", '"1.31.9"'),
    "many-machines-at-once": (f"{TENCENT}.before.desired_capacity", 90, "{"),
    "plan-not-whole": ("complete", False, '"complete": false'),
}
ALSO = {"many-machines-at-once": {"pool-shrinks"}}
"""What is the same mistake seen from another side: 90 machines become 8."""


@pytest.fixture(scope="module")
def every() -> list[Rule]:
    """All rules."""
    return list(rules.every().values())


def test_nothing_is_found_where_nothing_is_wrong(every):
    assert judged.said(judged.findings(CLEAN.read_text(), every)) == []


@pytest.mark.parametrize("rule", SEEDS)
def test_a_mistake_in_a_plan_is_found_at_its_line_and_nothing_else_is(rule, every):
    path, value, line = SEEDS[rule]
    text = seeded(json.loads(CLEAN.read_text()), path, value)

    found = judged.findings(text, every)

    assert {finding.rule for finding in found} - ALSO.get(rule, set()) == {rule}
    (place,) = [finding.place for finding in found if finding.rule == rule]
    assert place is not None
    assert place.line is not None
    assert line in text.splitlines()[place.line - 1]


def test_each_rule_of_the_pack_has_a_seed(every):
    assert {rule.id for rule in every if rule.pack == "plans"} == SEEDS.keys()


def seeded(data: Any, path: str, value: Any) -> str:
    """A copy with one value changed."""
    data = copy.deepcopy(data)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    here = data
    for step in steps:
        here = here[step]
    here[last] = value
    return json.dumps(data, indent=2)
