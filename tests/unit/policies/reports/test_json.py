"""What does another program read?"""

from __future__ import annotations

import json

from policies.finding import Place
from policies.reports import json as report_json
from tests.unit.policies.reports.made import WAIVER, context, found, hostile, many, report


def test_a_finding_is_written_whole():
    document = json.loads(report_json.render(report(found(waiver=WAIVER)), context()).text)

    assert document["format"] == "gpu-fleet-lint/1"
    assert document["counts"]["waived"] == 1
    assert document["rules"]["pool-deleted-by-force"]["pack"] == "delete-safety"
    assert document["findings"] == [
        {
            "rule": "pool-deleted-by-force",
            "severity": "critical",
            "outcome": "fail",
            "subject": "ack:alicloud_cs_kubernetes_node_pool.h20",
            "path": ["force_delete"],
            "message": "force_delete is true",
            "fix": "set it to false and apply it",
            "place": {"file": "stacks/ack/cdk.tf.json", "line": 3, "column": 5},
            "related": [],
            "waiver": {
                "channel": "environment",
                "reason": "moves in May",
                "owner": "mia",
                "until": "2027-05-01",
            },
            "fingerprint": found().fingerprint,
        }
    ]


def test_a_place_without_a_line_says_null():
    document = json.loads(report_json.render(report(found(place=Place(file="x"))), context()).text)

    assert document["findings"][0]["place"] == {"file": "x", "line": None, "column": None}


def test_hostile_text_comes_back_as_it_was_save_lone_surrogates():
    document = json.loads(report_json.render(report(hostile()), context()).text)

    assert document["findings"][0]["message"] == hostile().message.replace("\ud800", "?")


def test_nothing_of_thirty_thousand_findings_is_cut():
    document = json.loads(report_json.render(report(*many(30_000)), context()).text)

    assert len(document["findings"]) == 30_000
    assert document["findings"][0]["severity"] == "critical"
    assert document["counts"]["high"] == 6_000
