"""The report as JUnit XML: a suite for every pack, a case for every rule that found nothing.

A finding is a failed case, a rule that broke an error, what is waived or known
only after an apply is skipped with its reason. GitLab reads at most 500,000 cases
a pipeline; 20,000 findings are kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from policies.finding import Finding
from policies.judge import Report
from policies.reports.inert import xml
from policies.reports.rendered import Context, Rendered, in_order, in_words, kept, waiver_in_words

CASES = 20_000
"""The most findings that are written."""


def render(report: Report, context: Context) -> Rendered:
    """Suites in the order of the packs' names."""
    findings, cut = kept(in_order(report.findings), CASES)
    packs: dict[str, list[Finding]] = {rule.pack: [] for rule in context.rules.values()}
    for finding in findings:
        rule = context.rules.get(finding.rule)
        packs.setdefault(rule.pack if rule else "engine", []).append(finding)
    suites = [_suite(pack, packs[pack], context) for pack in sorted(packs)]
    note = [f"  <!-- {in_words(cut)} -->"] if cut else []
    head = f'<testsuites name="gpu-fleet lint" time="{report.seconds:.3f}">'
    body = ['<?xml version="1.0" encoding="UTF-8"?>', head, *note, *suites, "</testsuites>"]
    return Rendered(text="\n".join(body) + "\n", cut=cut)


def _suite(pack: str, findings: Sequence[Finding], context: Context) -> str:
    found = {finding.rule for finding in findings}
    clean = [r for r in sorted(context.rules) if context.rules[r].pack == pack and r not in found]
    cases = [_case(pack, finding) for finding in findings]
    cases.extend(f'    <testcase classname="{xml(pack)}" name="{xml(rule)}"/>' for rule in clean)
    errors = sum(_is_open(finding) and finding.outcome == "error" for finding in findings)
    failures = sum(_is_open(finding) and finding.outcome == "fail" for finding in findings)
    skipped = len(findings) - errors - failures
    head = (
        f'  <testsuite name="{xml(pack)}" tests="{len(cases)}" failures="{failures}" '
        f'errors="{errors}" skipped="{skipped}">'
    )
    return "\n".join([head, *cases, "  </testsuite>"])


def _is_open(finding: Finding) -> bool:
    return finding.waiver is None


def _case(pack: str, finding: Finding) -> str:
    name = f"{finding.rule} {finding.subject}"
    place = finding.place
    at = f' file="{xml(place.file)}"' if place else ""
    line = f' line="{place.line}"' if place and place.line else ""
    head = f'    <testcase classname="{xml(pack)}" name="{xml(name)}"{at}{line}>'
    return "\n".join([head, f"      {_verdict(finding)}", "    </testcase>"])


def _verdict(finding: Finding) -> str:
    message = xml(finding.message)
    if finding.waiver is not None:
        waived = xml(f"waived: {waiver_in_words(finding.waiver)}")
        return f'<skipped message="{waived}"/>'
    if finding.outcome == "unknown":
        return f'<skipped message="unknown: {message}"/>'
    word = "error" if finding.outcome == "error" else "failure"
    where = f"{finding.place}: " if finding.place else ""
    detail = xml(f"{where}{finding.message}" + (f"; {finding.fix}" if finding.fix else ""))
    return f'<{word} type="{finding.severity}" message="{message}">{detail}</{word}>'
