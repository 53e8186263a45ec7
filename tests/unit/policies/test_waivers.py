"""Waivers: what is accepted, until when, and what is told of waivers that are wrong.

Why: the rules below are written in this file, and need a docstring.
Fix: nothing.
"""

from __future__ import annotations

import datetime as dt
import json

import pytest

from policies import waivers
from policies.finding import Severity, Waiver
from policies.judge import judge
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest, Pool, Resource
from policies.waivers import Accepted, Ruling
from tests.unit.policies import judged

TODAY = judged.TODAY
LATER = dt.date(2027, 6, 30)


@rule(Severity.HIGH, judges=Pool)
def check(pool: Pool, fleet: Fleet):
    """Every pool is at fault."""
    yield Fault(f"pool {pool.name}", ("card",))


@rule(Severity.HIGH, judges=Manifest)
def any_manifest(manifest: Manifest, fleet: Fleet):
    """Every manifest is at fault."""
    yield Fault("there is a manifest")


@rule(Severity.HIGH, judges=Resource, waivable=False)
def any_resource(resource: Resource, fleet: Fleet):
    """Every resource is at fault."""
    yield Fault("there is a resource")


ID = "test-waivers"  # The three are of one file here.


def applied(fleet: Fleet, which, *accepted: Accepted, known=frozenset({ID})):
    """Waived and open findings, as `rule subject`; and what is said of waivers."""
    ruling = Ruling(accepted=accepted, rules={ID: which}, known=known, fleet=fleet, today=TODAY)
    findings = ruling.applied(judge(fleet, [which]).findings)
    return (
        [f.subject for f in findings if f.waiver],
        [f.subject for f in findings if not f.waiver and f.rule == ID],
        [f"{f.rule}: {f.message}" for f in findings if f.rule != ID],
    )


def accepted(subject: str, until: dt.date = LATER, rule: str = ID) -> Accepted:
    waiver = Waiver(channel="environment", reason="known", owner="search", until=until)
    return Accepted(rule=rule, subject=subject, waiver=waiver)


ENVIRONMENT = judged.fleet("{}", of="environment")
TRAIN, INFER, CLAIMS = (
    "clusters.train.pools.h100",
    "clusters.infer.pools.h20",
    "clusters.claims.pools.a100",
)


@pytest.mark.parametrize(
    ("subject", "waived"),
    [
        (INFER, [INFER]),
        ("clusters.*.pools.h20", [INFER]),
        ("*", [TRAIN, INFER, CLAIMS]),
        ("clusters.infer", []),
        ("clusters.infe?.pools.h20", []),
        ("[c]lusters*", []),
    ],
)
def test_a_waiver_covers_the_addresses_that_its_glob_names(subject, waived):
    assert applied(ENVIRONMENT, check, accepted(subject))[0] == waived


def test_the_cluster_or_the_stack_in_front_of_an_address_may_be_left_out():
    for subject in ("Pod/search/*", "infer:Pod/search/*", "*:Pod/search/a"):
        assert accepted(subject).covers("infer:Pod/search/a")
    assert not accepted("train:Pod/search/*").covers("infer:Pod/search/a")


def test_the_last_day_counts_and_the_day_after_the_finding_is_back():
    waived, open_, said = applied(ENVIRONMENT, check, accepted(INFER, TODAY))
    assert (waived, open_) == ([INFER], [TRAIN, CLAIMS])
    assert said == [f"waiver-ends-soon: test-waivers is waived until 2026-11-22 only for {INFER}"]

    waived, open_, said = applied(ENVIRONMENT, check, accepted(INFER, TODAY - dt.timedelta(days=1)))
    assert (waived, open_) == ([], [TRAIN, INFER, CLAIMS])
    assert said == [f"expired-waiver: test-waivers was waived until 2026-11-21 for {INFER}"]


def test_a_waiver_that_waives_nothing_is_told_if_the_rule_ran_on_its_evidence():
    nothing_there = applied(ENVIRONMENT, any_manifest, accepted("Pod/*"))
    nothing_found = applied(ENVIRONMENT, check, accepted("clusters.gone.*"))

    assert nothing_there[2] == []
    assert nothing_found[2] == [
        "unused-waiver: test-waivers is waived and is not found for clusters.gone.*"
    ]


def test_a_waiver_of_a_rule_that_does_not_exist_is_told_and_one_of_a_rule_that_did_not_run_is_not():
    said = applied(ENVIRONMENT, check, accepted("*", rule="no-such"), accepted("*", rule="other"), known=frozenset({ID, "other"}))[2]  # fmt: skip

    assert said == ["waiver-of-unknown-rule: no-such waives a rule that does not exist for *"]


def test_a_rule_that_cannot_be_waived_stays_and_the_waiver_is_told():
    fleet = judged.fleet('{"resource": {"a_b": {"c": {}}}}')

    waived, open_, said = applied(fleet, any_resource, accepted("*"))

    assert (waived, open_) == ([], ["stack:a_b.c"])
    assert said == ["rule-cannot-be-waived: test-waivers cannot be waived for *"]


def test_a_finding_in_error_cannot_be_accepted():
    @rule(Severity.HIGH, judges=Pool)
    def broken(pool: Pool, fleet: Fleet):
        yield Fault(str(1 // 0))

    assert applied(ENVIRONMENT, broken, accepted("*"))[0] == []


ANNOTATED = """\
apiVersion: v1
kind: Pod
metadata:
  name: old
  namespace: search
  annotations:
    gpu-fleet.dev/waive.test-waivers: "moves in spring; search; until=2027-04-30"
---
apiVersion: v1
kind: Pod
metadata: {name: new, namespace: search}
"""


def test_an_annotation_waives_its_own_object_only():
    fleet = judged.fleet(ANNOTATED)
    inline, broken = waivers.inline(fleet.subjects)

    waived, open_, said = applied(fleet, any_manifest, *inline)

    assert (waived, open_, said, broken) == (["Pod/search/old"], ["Pod/search/new"], [], [])
    assert inline[0].waiver == Waiver(
        channel="annotation",
        reason="moves in spring",
        owner="search",
        until=dt.date(2027, 4, 30),
        place=inline[0].waiver.place,
    )
    assert str(inline[0].waiver.place) == "case:7:39"


def test_a_comment_of_terraform_waives_its_own_resource_only():
    texts = {"a-b": "so; me; until=2027-01-31"}
    body = {"//": {"metadata": {"path": "x"}, "gpu-fleet.dev/waive": texts}}
    fleet = judged.fleet(json.dumps({"resource": {"a_b": {"c": body, "d": {"//": "a comment"}}}}))

    inline, broken = waivers.inline(fleet.subjects)

    assert [(one.rule, one.subject, one.waiver.channel) for one in inline] == [
        ("a-b", "stack:a_b.c", "resource")
    ]
    assert broken == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", 'it lacks a reason and an owner and until=; write "reason; owner; until=2027-01-31"'),
        ("because; until=2027-01-31", 'it lacks an owner; write "reason; owner; until=2027-01-31"'),
        ("because; me", 'it lacks until=; write "reason; owner; until=2027-01-31"'),
        ("because; me; until=2027-02-30", '"2027-02-30" is no day; write it like until=2027-01-31'),
        ("because; me; until=soon", '"soon" is no day; write it like until=2027-01-31'),
        (True, 'a waiver is text like "reason; owner; until=2027-01-31"'),
    ],
)
def test_a_waiver_without_reason_owner_or_end_is_told_and_waives_nothing(text, said):
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "annotations": {f"{waivers.PREFIX}x-y": text}}}  # fmt: skip
    inline, broken = waivers.inline(judged.fleet(json.dumps(manifest)).subjects)

    assert inline == []
    assert [(f.rule, f.subject, f.message) for f in broken] == [("broken-waiver", "Pod/a", said)]


def test_a_reason_may_hold_semicolons():
    read = waivers.read("first; second; me; until=2027-01-31", "annotation", None)

    assert (read.reason, read.owner) == ("first; second", "me")
