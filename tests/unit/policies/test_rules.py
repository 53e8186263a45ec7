"""What holds for every rule, whoever wrote it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from policies import rules
from policies.handbook import JUDGED, page
from policies.rule import Rule
from policies.waivers import PREFIX
from tests.unit.policies import judged

HERE = Path(__file__).parent
RULES = list(rules.every().values())
IDS = HERE / "ids.txt"
PAGE = Path(rules.__file__).parents[1] / "RULES.md"
UPDATE = bool(os.environ.get("FLEET_UPDATE"))

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@each_rule
def test_a_rule_is_named_for_the_fault_in_words(rule: Rule):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)
    # The name of an annotation ends at 63 characters.
    assert len(PREFIX.partition("/")[2] + rule.id) <= 63


@each_rule
def test_a_rule_says_what_it_finds_why_and_what_to_do(rule: Rule):
    docs = rule.docs

    assert docs.title
    assert not docs.title.endswith(".")
    assert len(docs.title) <= 80
    assert len(docs.why) >= 20
    assert len(docs.fix) >= 10
    assert rule.judges.__name__ in JUDGED


@each_rule
def test_a_rule_fires_on_its_bad_examples_and_not_on_its_good_ones(rule: Rule):
    docs = rule.docs

    assert docs.bad
    assert docs.good
    for example in docs.bad:
        found = judged.findings(example.text, [rule], "bad")
        assert found, example.text
        assert {finding.outcome for finding in found} <= {"fail", "unknown"}, found
    for example in docs.good:
        assert judged.findings(example.text, [rule], "good") == (), example.text


@each_rule
def test_the_examples_of_a_rule_are_what_they_say(rule: Rule):
    for example in (*rule.docs.bad, *rule.docs.good):
        assert judged.kind(example.text) == example.kind, example.text


def test_there_are_seventy_rules():
    assert len(RULES) >= 70


@pytest.mark.parametrize("pack", rules.packs())
def test_a_pack_lists_each_of_its_files(pack: str):
    package = Path(rules.__file__).parent / pack.replace("-", "_")
    files = {file.stem.replace("_", "-") for file in package.glob("*.py")} - {"--init--"}

    assert files <= {rule.id for rule in RULES if rule.pack == pack}
    assert rules.title(pack)


def test_the_id_of_a_rule_is_never_used_for_another_one():
    listed = [line.split() for line in IDS.read_text().splitlines() if line[:1] not in {"", "#"}]
    gone = {words[0] for words in listed if words[1:] == ["gone"]}
    there = {words[0] for words in listed} - gone
    new = [rule.id for rule in RULES if rule.id not in there | gone]
    if UPDATE and new:
        with IDS.open("a") as file:
            file.writelines(f"{name}\n" for name in sorted(new))
        new = []

    assert not new, "run again with FLEET_UPDATE=1"
    assert there <= {rule.id for rule in RULES}, 'a rule is gone: write "gone" behind its id'
    assert not gone & {rule.id for rule in RULES}, "an id that was given up is used again"
    assert len(listed) == len({words[0] for words in listed})


def test_the_page_of_rules_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == page(RULES), "run: fleet rules --export"
