"""Does each rule speak of every resource type that it says it judges?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies import rules
from policies.rule import Rule
from policies.subject import Change, Resource
from tests.unit.policies import judged

CASES = Path(__file__).parents[1] / "cases"
JUDGED = (Resource, Change)
RULES = [rule for rule in rules.every().values() if rule.judges in JUDGED and rule.types]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_type_of_a_rule_fails_in_one_of_its_cases(rule: Rule):
    failing = {
        subject.type
        for file in (CASES / rule.pack / rule.id).glob("fail_*.json")
        for subject in failed(rule, file.read_text())
    }

    assert set(rule.types) - failing == set()


def failed(rule: Rule, text: str) -> Iterator[Any]:
    """The subjects of the case in which the rule finds something."""
    kind = "plan" if "format_version" in json.loads(text) else "terraform"
    fleet = judged.fleet(text, of=kind)
    for subject in fleet.of(rule.judges, *sorted(rule.types)):
        if any(True for _ in rule.check(subject, fleet)):
            yield subject
