"""Rules meet subjects; what comes out is a report.

The judge asks each rule only about the subjects of its kind and type. A rule
that raises becomes a finding, never silence, and the others go on. What is
accepted is the business of `waivers`, what is shown, of `reports`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from policies.finding import Finding, Severity
from policies.rule import Fault, Rule
from policies.subject import Fleet, Subject

MOST_PER_SUBJECT = 100
"""Findings of one rule in one subject: a person fixes the first of them and comes back."""

MOST = 100_000
"""Findings of one run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run found, waived findings among it."""

    findings: tuple[Finding, ...]
    checked: int
    """How many subjects were looked at."""
    seconds: float = 0.0

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if finding.waiver is None)


def judge(fleet: Fleet, rules: Sequence[Rule]) -> Report:
    """Everything that the rules find in the fleet's subjects, subject by subject."""
    start = time.perf_counter()
    findings = list(islice(_findings(fleet, rules), MOST))
    if len(findings) == MOST:
        findings[-1] = too_many(MOST)
    return Report(
        findings=tuple(findings),
        checked=len(fleet.subjects),
        seconds=time.perf_counter() - start,
    )


def _findings(fleet: Fleet, rules: Sequence[Rule]) -> Iterator[Finding]:
    asked: dict[tuple[type[Subject], str], list[Rule]] = {}
    for subject in fleet.subjects:
        kind = (type(subject), subject.type)
        if kind not in asked:
            asked[kind] = [rule for rule in rules if _asks(rule, *kind)]
        # All rules about one subject before the next: what they keep of it can go then.
        for rule in asked[kind]:
            for fault in _faults(rule, subject, fleet):
                yield _finding(rule, subject, fault)


def _asks(rule: Rule, kind: type[Subject], name: str) -> bool:
    return rule.judges is kind and (not rule.types or name in rule.types)


def of_subject(rule: Rule, subject: Subject, fleet: Fleet) -> Iterator[Finding]:
    """What one rule finds in one subject; one finding more where it breaks down."""
    for fault in _faults(rule, subject, fleet):
        yield _finding(rule, subject, fault)


def _faults(rule: Rule, subject: Subject, fleet: Fleet) -> list[Fault | Exception]:
    faults: list[Fault | Exception] = []
    try:
        # Asked a million times, and rarely with an answer: a plain loop costs the least.
        for fault in rule.check(subject, fleet):
            faults.append(fault)
            if len(faults) == MOST_PER_SUBJECT:
                break
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a finding
        faults.append(error)
    return faults


def _finding(rule: Rule, subject: Subject, fault: Fault | Exception) -> Finding:
    if isinstance(fault, Exception):
        return raised(rule, subject, fault)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        outcome=fault.outcome,
        subject=subject.address,
        path=fault.path,
        message=" ".join(fault.message.split()),
        fix=fault.fix or rule.docs.fix,
        place=subject.place(fault.path, at_key=fault.at_key),
        related=fault.related,
        detail=fault.detail,
    )


def raised(rule: Rule, subject: Subject, error: Exception) -> Finding:
    """The finding about a rule that broke down: it came to no verdict."""
    said = " ".join(str(error).split())[:200]
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        outcome="error",
        subject=subject.address,
        message=f"the rule broke down: {type(error).__name__}: {said}",
        fix="report this as a bug of the rule; nobody knows whether the fault is there",
        place=subject.place(),
    )


def too_many(limit: int) -> Finding:
    """The finding that says that there are more."""
    return Finding(
        rule="budget-exceeded",
        severity=Severity.HIGH,
        outcome="error",
        subject="run",
        message=f"more than {limit:,} findings; those behind are not told",
        fix="judge less at once, or choose rules with --select",
    )
