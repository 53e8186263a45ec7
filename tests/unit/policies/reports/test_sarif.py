"""Does code scanning take our SARIF, and understand it?

`fixtures/sarif-we-write.schema.json` is the part of SARIF 2.1.0 that we write,
stricter than the standard's own schema (nothing else is allowed in it). With
FLEET_SARIF_SCHEMA naming the standard's schema the same documents are held
against that as well.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from policies.finding import Finding, Place, Related, Severity
from policies.reports import sarif
from tests.unit.policies.reports.made import WAIVER, context, found, hostile, many, report

OURS = Path(__file__).parents[3] / "fixtures" / "sarif-we-write.schema.json"


def written(*findings: Finding) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sarif.render(report(*findings), context()).text)
    return document


def results(*findings: Finding) -> list[dict[str, Any]]:
    found_there: list[dict[str, Any]] = written(*findings)["runs"][0]["results"]
    return found_there


EVERYTHING = (
    found(),
    found(waiver=WAIVER, place=Place(file="a b/ü.yaml")),
    found(outcome="unknown", place=None),
    found(outcome="error", rule="engine-fault"),
    found(severity=Severity.INFO, place=Place(file="/tmp/x.json", line=2)),
    found(related=(Related(message="here"), Related(message="there", place=Place(file="x")))),
    hostile(),
    hostile(waiver=WAIVER),
)


def test_what_we_write_is_the_part_of_the_standard_that_we_promise():
    schema = json.loads(OURS.read_text())

    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(written(*EVERYTHING))


@pytest.mark.skipif(
    "FLEET_SARIF_SCHEMA" not in os.environ,
    reason="FLEET_SARIF_SCHEMA names no sarif-schema-2.1.0.json",
)
def test_what_we_write_satisfies_the_schema_of_the_standard():
    schema = json.loads(Path(os.environ["FLEET_SARIF_SCHEMA"]).read_text())

    jsonschema.Draft4Validator(schema).validate(written(*EVERYTHING))


def test_a_line_that_nobody_knows_is_no_region():
    (result,) = results(found(place=Place(file="plan.json")))

    assert "region" not in result["locations"][0]["physicalLocation"]


def test_a_finding_without_a_file_has_a_logical_location_only():
    (result,) = results(found(place=None))

    assert list(result["locations"][0]) == ["logicalLocations"]


def test_what_is_waived_is_carried_as_a_suppression():
    (result,) = results(found(waiver=WAIVER))

    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "moves in May (mia, until 2027-05-01)",
        }
    ]


def test_unknown_is_open_and_has_no_level():
    (result,) = results(found(outcome="unknown"))

    assert (result["kind"], result["level"]) == ("open", "none")


def test_rules_come_with_help_and_a_severity_that_code_scanning_sorts_by():
    rule = written()["runs"][0]["tool"]["driver"]["rules"][0]

    assert rule["id"] == "pool-deleted-by-force"
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["help"]["text"].endswith("Fix: set `force_delete` to false and apply it.")
    assert "```json\n{" in rule["help"]["markdown"]


def test_two_equal_findings_have_two_fingerprints_and_no_line_in_them():
    first, second = results(found(), found(place=Place(file="x", line=99)))
    moved = results(found(place=Place(file="x", line=7)))[0]

    key = "primaryLocationLineHash"
    assert first["partialFingerprints"][key].endswith(":1")
    assert second["partialFingerprints"][key].endswith(":2")
    assert moved["partialFingerprints"] == first["partialFingerprints"]


def test_paths_are_uris():
    (result,) = results(found(place=Place(file="./a b/%ü#.yaml")))

    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "a%20b/%25%C3%BC%23.yaml"


def test_brackets_of_a_message_make_no_link():
    (result,) = results(found(message="see [x](http://evil)", fix=""))

    assert result["message"]["text"] == "see \\[x\\](http://evil)"


def test_the_mildest_of_thirty_thousand_are_cut_and_the_run_says_so():
    rendered = sarif.render(report(*many(30_000)), context())

    run = json.loads(rendered.text)["runs"][0]
    assert len(run["results"]) == 25_000
    assert rendered.cut == {Severity.INFO: 5_000}
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "warning", "message": {"text": "5,000 findings did not fit: 5,000 info"}}
    ]
    assert len(rendered.text) < 80_000_000
