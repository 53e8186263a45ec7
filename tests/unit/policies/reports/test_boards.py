"""What do test boards and the annotations of GitHub and GitLab show?"""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

from policies.finding import Place, Severity
from policies.reports import github, gitlab, junit
from tests.unit.policies.reports.made import WAIVER, context, found, hostile, many, report


def test_junit_has_a_case_for_each_finding_and_each_rule_that_found_nothing():
    findings = report(found(), found(subject="b", outcome="unknown"), found(waiver=WAIVER))

    root = ET.fromstring(junit.render(findings, context()).text)

    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["delete-safety", "network"]
    safety = suites["delete-safety"].attrib
    assert (safety["tests"], safety["failures"], safety["skipped"]) == ("3", "1", "2")
    assert [case.get("name") for case in suites["network"]] == ["public-bucket"]
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text == (
        "stacks/ack/cdk.tf.json:3:5: force_delete is true; set it to false and apply it"
    )


def test_junit_counts_a_rule_that_broke_as_an_error():
    root = ET.fromstring(
        junit.render(report(found(outcome="error", rule="unknown-to-us")), context()).text
    )

    assert root.find("./testsuite[@name='engine'][@errors='1']/testcase/error") is not None


def test_junit_stays_xml_whatever_a_file_holds():
    text = junit.render(report(hostile(), hostile(waiver=WAIVER)), context()).text

    root = ET.fromstring(text)
    assert "<script>" in str(root.find(".//failure").get("message"))  # type: ignore[union-attr]
    assert "<script>" not in text


def test_junit_says_what_it_cut():
    rendered = junit.render(report(*many(30_000)), context())

    assert rendered.cut == {Severity.LOW: 4_000, Severity.INFO: 6_000}
    assert "<!-- 10,000 findings did not fit: 4,000 low, 6,000 info -->" in rendered.text


def test_an_annotation_stands_at_its_line():
    text = github.render(report(found()), context()).text

    assert text == (
        "::error file=stacks/ack/cdk.tf.json,line=3,col=5,"
        "title=Pool that is deleted by force (pool-deleted-by-force)"
        "::ack:alicloud_cs_kubernetes_node_pool.h20: force_delete is true"
        "%0Afix: set it to false and apply it\n"
    )


def test_an_annotation_without_a_line_has_none():
    text = github.render(report(found(place=Place(file="plan.json"))), context()).text

    assert text.startswith("::error file=plan.json,title=")


def test_levels_follow_severity_and_waived_findings_are_not_shown():
    findings = report(
        found(severity=Severity.MEDIUM, subject="a"),
        found(outcome="unknown", subject="b"),
        found(waiver=WAIVER, subject="c"),
    )

    text = github.render(findings, context()).text

    assert [line.split(" ")[0] for line in text.splitlines()] == ["::warning", "::notice"]


def test_a_hostile_name_begins_no_command_of_its_own():
    text = github.render(report(hostile()), context()).text

    (line,) = text.splitlines()
    properties = line.removeprefix("::error ").split("::")[0]
    assert re.findall(r"(?:^|,)(\w+)=", properties) == ["file", "line", "col", "title"]
    assert "%0A%3A%3Aerror file=x%3A%3Ay%0D%0A" in properties
    assert "%250A" in line


def test_ten_annotations_of_a_level_are_shown_and_the_rest_is_counted():
    rendered = github.render(report(*many(30_000)), context())

    lines = rendered.text.splitlines()
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert sum(line.startswith("::notice ") for line in lines) == 10
    assert lines[-1] == (
        "::notice title=gpu-fleet lint::29,971 findings did not fit: 5,990 critical, "
        "6,000 high, 5,990 medium, 6,000 low, 5,991 info"
    )


def test_an_entry_of_code_quality_has_what_gitlab_asks_for():
    entries = json.loads(gitlab.render(report(found()), context()).text)

    assert entries == [
        {
            "description": "ack:alicloud_cs_kubernetes_node_pool.h20: force_delete is true",
            "check_name": "pool-deleted-by-force",
            "fingerprint": found().fingerprint,
            "severity": "blocker",
            "location": {"path": "stacks/ack/cdk.tf.json", "lines": {"begin": 3}},
        }
    ]


def test_an_entry_without_a_line_says_that_line_one_means_nothing():
    entries = json.loads(
        gitlab.render(
            report(found(place=Place(file="./plan.json")), found(subject="b", place=None)),
            context(),
        ).text
    )

    by_path = {entry["location"]["path"]: entry for entry in entries}
    assert by_path["plan.json"]["description"].endswith("(line unknown)")
    assert by_path["b"]["description"].endswith("(no file)")
    assert {entry["location"]["lines"]["begin"] for entry in entries} == {1}


def test_fingerprints_of_code_quality_differ():
    entries = json.loads(gitlab.render(report(found(), found(), hostile()), context()).text)

    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_code_quality_holds_the_worst_and_says_what_was_cut():
    entries = json.loads(gitlab.render(report(*many(30_000)), context()).text)

    assert len(entries) == 10_001
    assert entries[0]["severity"] == "blocker"
    assert entries[-1]["description"] == (
        "20,000 findings did not fit: 2,000 high, 6,000 medium, 6,000 low, 6,000 info"
    )
