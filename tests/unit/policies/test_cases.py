"""Every rule's cases: what it finds in each, at which line.

A rule's cases lie in `cases/<pack>/<rule>/`: `pass_*`, `fail_*` and `unknown_*`, in
YAML or JSON, with what is expected of all of them in `expected.yaml`. Run with
FLEET_UPDATE=1 to write the expectations anew, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from policies import rules
from tests.unit.policies import judged

CASES = Path(__file__).with_name("cases")
UPDATE = bool(os.environ.get("FLEET_UPDATE"))
OUTCOMES = {"pass": set(), "fail": {"fail"}, "unknown": {"unknown"}}


@pytest.mark.parametrize("rule", rules.every().values(), ids=lambda rule: rule.id)
def test_each_case_of_a_rule_is_found_where_it_says(rule):
    folder = CASES / rule.pack / rule.id
    expected_file = folder / "expected.yaml"

    found = {
        file.name: judged.findings(file.read_text(), [rule], file.name) for file in files(folder)
    }

    for name, findings in found.items():
        outcomes = {finding.outcome for finding in findings}
        assert outcomes == OUTCOMES[name.partition("_")[0]], (name, judged.said(findings))
    said = {name: judged.said(findings) for name, findings in found.items() if findings}
    if UPDATE:
        expected_file.write_text(yaml.safe_dump(said, width=1000, allow_unicode=True))
    assert said == yaml.safe_load(expected_file.read_text())


@pytest.mark.parametrize("rule", rules.every().values(), ids=lambda rule: rule.id)
def test_each_rule_has_a_case_that_passes_and_one_that_fails(rule):
    kinds = {file.name.partition("_")[0] for file in files(CASES / rule.pack / rule.id)}

    assert kinds >= {"pass"}
    assert kinds & {"fail", "unknown"}


def test_each_folder_of_cases_belongs_to_a_rule():
    folders = {folder.name for folder in CASES.glob("*/*")}

    assert folders == set(rules.every())


def files(folder: Path) -> list[Path]:
    """The cases in a folder."""
    return sorted(file for file in folder.glob("*_*") if file.suffix in {".yaml", ".json"})
