"""One run of the linter, from what is asked for to a report and an exit code."""

from __future__ import annotations

import datetime as dt
import gc
import time
from dataclasses import dataclass, replace
from pathlib import Path

from policies import baseline, waivers
from policies.evidence.trouble import OVER_BUDGET, UNREADABLE
from policies.finding import Finding, Severity
from policies.judge import Report, judge
from policies.rule import Rule
from scripts import console
from scripts.linting import changed, choice, collected, live, synthesized
from scripts.linting.known import known


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be judged, by which rules."""

    environment: str | None = None
    manifests: tuple[str, ...] = ()
    terraform: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    """Kubeconfigs, `NAME=` of a cluster of the environment in front."""
    synth: bool = True
    """Whether stacks are made where none are at hand."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    with_waivers: bool = True
    baseline: Path | None = None
    changed_only: str | None = None
    today: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it."""

    report: Report
    rules: dict[str, Rule]
    """The rules that ran."""
    notes: tuple[str, ...] = ()
    """What was not judged, and how it would be."""

    def exit_code(self, fail_on: Severity | None) -> int:
        """2 where a file could not be read, 1 for a finding at or above, 0 otherwise."""
        found = self.report.open
        if any(_is_unreadable(finding, self.rules) for finding in found):
            return 2
        failing = (f.outcome == "error" or _fails(f, fail_on) for f in found)
        return 1 if any(failing) else 0


def _is_unreadable(finding: Finding, judged_by: dict[str, Rule]) -> bool:
    is_error = finding.outcome == "error" and finding.rule not in judged_by
    return is_error or finding.rule in {UNREADABLE, OVER_BUDGET}


def _fails(finding: Finding, fail_on: Severity | None) -> bool:
    return fail_on is not None and finding.outcome == "fail" and finding.severity >= fail_on


def run(request: Request, reporter: console.Reporter) -> Result:
    """Collect, judge, accept. Raises `UsageError` for what cannot be asked for."""
    start = time.perf_counter()
    # Files become millions of objects, and none of them is garbage before the end.
    gc.disable()
    try:
        evidence = _collected(request, reporter)
        there = known(evidence.loaded)
        running = choice.chosen(there, request.select, request.ignore)
        fleet = evidence.fleet(request.today)
        report = judge(fleet, list(running.values()))
        found = [*evidence.findings, *report.findings]
        if request.with_waivers:
            found = _accepted(request, evidence, there, running, found)
    finally:
        # What was made stays to the end: the collector, and the end itself, need not look at it.
        gc.freeze()
        gc.enable()
    report = replace(report, findings=_kept(request, found), seconds=time.perf_counter() - start)
    return Result(report=report, rules=running, notes=tuple(evidence.notes))


def _collected(request: Request, reporter: console.Reporter) -> collected.Evidence:
    evidence = collected.Evidence()
    if request.environment is not None:
        collected.add_environment(evidence, request.environment)
        _add_stacks(request, evidence, reporter)
    for path in request.manifests:
        collected.add_manifests(evidence, path)
    for path in request.terraform:
        collected.add_terraform(evidence, path)
    for path in request.plans:
        collected.add_plan(evidence, path)
    for word in request.live:
        live.add_cluster(evidence, word)
    return evidence


def _add_stacks(request: Request, evidence: collected.Evidence, reporter: console.Reporter) -> None:
    if evidence.loaded is None:
        return
    directory = synthesized.at_hand(evidence.loaded)
    if directory is None and request.synth:
        directory = synthesized.made(evidence.loaded, reporter)
    if directory is None:
        evidence.notes.append(
            "the Terraform JSON of the stacks was not judged; leave --no-synth out to make it"
        )
        return
    collected.add_stacks(evidence, directory)


def _accepted(
    request: Request,
    evidence: collected.Evidence,
    there: dict[str, Rule],
    running: dict[str, Rule],
    found: list[Finding],
) -> list[Finding]:
    inline, broken = waivers.inline(evidence.subjects)
    ruling = waivers.Ruling(
        accepted=[*evidence.accepted, *inline],
        rules=running,
        known=frozenset(there),
        fleet=evidence.fleet(request.today),
        today=request.today,
    )
    found = [*ruling.applied(found), *broken]
    if request.baseline is not None:
        before = baseline.read(request.baseline)
        found = baseline.applied(before, str(request.baseline), found, request.today)
    return found


def _kept(request: Request, found: list[Finding]) -> tuple[Finding, ...]:
    if request.changed_only is None:
        return tuple(found)
    return changed.only(tuple(found), changed.files(request.changed_only, Path.cwd()))
