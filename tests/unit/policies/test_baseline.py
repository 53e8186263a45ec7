"""The baseline: what was there when the rules were adopted, and how it gets smaller."""

from __future__ import annotations

import datetime as dt

import pytest

from environments.errors import UsageError
from policies import baseline
from policies.finding import Finding, Severity, Waiver

TODAY = dt.date(2026, 11, 22)


def finding(subject: str, **more) -> Finding:
    given = {"rule": "a-b", "severity": Severity.HIGH, "outcome": "fail", "message": "m", **more}
    return Finding(subject=subject, **given)


def test_what_was_there_is_accepted_and_what_is_new_is_not(tmp_path):
    file = tmp_path / "b.json"
    baseline.write(baseline.made([finding("one"), finding("two")], TODAY), file)

    found = baseline.applied(baseline.read(file), "b.json", [finding("three"), finding("two"), finding("one")], TODAY)  # fmt: skip

    assert [(f.subject, f.waiver and f.waiver.channel) for f in found] == [
        ("three", None), ("two", "baseline"), ("one", "baseline"),
    ]  # fmt: skip
    assert found[1].waiver is not None
    assert found[1].waiver.until == dt.date(2027, 5, 21)


def test_a_second_copy_of_an_old_fault_fails():
    before = baseline.made([finding("one")], TODAY)

    found = baseline.applied(before, "b.json", [finding("one"), finding("one")], TODAY)

    assert [f.waiver is None for f in found] == [False, True]


def test_entries_come_in_the_order_of_their_fingerprints_whatever_came_first():
    findings = [finding(name) for name in "abcdef"]

    first = baseline.made(findings, TODAY)

    assert first == baseline.made(findings[::-1], TODAY)
    assert [e.fingerprint for e in first.accepted] == sorted(f.fingerprint for f in findings)


def test_what_is_gone_is_told_and_pruned_and_nothing_new_comes_in():
    before = baseline.made([finding("one"), finding("two"), finding("two")], TODAY)
    now = [finding("two"), finding("three")]

    told = baseline.applied(before, "b.json", now, TODAY)[-1]
    after = baseline.pruned(before, now)

    assert (told.rule, told.message) == ("unused-waiver", "2 accepted findings no longer there")
    assert [(e.subject, e.count) for e in after.accepted] == [("two", 1)]
    assert after.until == before.until


def test_after_its_last_day_all_is_told_again():
    before = baseline.made([finding("one")], TODAY)

    found = baseline.applied(before, "b.json", [finding("one")], before.until + dt.timedelta(days=1))  # fmt: skip

    assert [(f.rule, f.waiver) for f in found] == [("a-b", None), ("expired-waiver", None)]


def test_a_new_baseline_ends_when_the_one_before_did_and_starts_anew_after_that():
    before = baseline.made([finding("one")], TODAY)
    later = TODAY + dt.timedelta(days=100)
    too_late = TODAY + dt.timedelta(days=200)

    assert baseline.made([finding("two")], later, before).until == before.until
    assert baseline.made([finding("two")], too_late, before).until == too_late + baseline.LASTS


def test_neither_errors_nor_what_is_waived_elsewhere_come_in():
    waived = finding("x", waiver=Waiver(channel="environment", reason="r"))

    assert baseline.made([finding("e", outcome="error"), waived], TODAY).accepted == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "input data was truncated"),
        (b"\xff", "is no baseline"),
        (b"[" * 100_000, "is no baseline"),
        (b"{}", "object missing required field `format`"),
        (b'{"format": "gpu-fleet-baseline/9", "until": "2027-01-01"}', 'is of the format "gpu-fleet-baseline/9"'),
        (b'{"format": "gpu-fleet-baseline/1", "until": "soon"}', "invalid RFC3339 encoded date"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_refused(tmp_path, content, said):
    file = tmp_path / "b.json"
    file.write_bytes(content)

    with pytest.raises(UsageError) as raised:
        baseline.read(file)

    assert said in str(raised.value)


def test_a_file_that_is_not_there_is_refused_with_the_next_step(tmp_path):
    with pytest.raises(UsageError, match="--update-baseline writes it"):
        baseline.read(tmp_path / "none.json")
