"""The report for another program: everything in it, nothing cut, versioned.

`format` names the shape; a field may be added to `gpu-fleet-lint/1`, none changes
its meaning or goes.
"""

from __future__ import annotations

from typing import Any

import msgspec

from policies.finding import Finding, Place
from policies.judge import Report
from policies.reports.inert import encodable
from policies.reports.rendered import Context, Rendered, in_order

FORMAT = "gpu-fleet-lint/1"


def render(report: Report, context: Context) -> Rendered:
    """Indented by two, findings in the order of all formats."""
    findings = in_order(report.findings)
    broken = sorted({finding.rule for finding in findings})
    document = {
        "format": FORMAT,
        "version": context.version,
        "checked": report.checked,
        "seconds": round(report.seconds, 3),
        "counts": _counts(findings),
        "rules": {rule: _rule(rule, context) for rule in broken if rule in context.rules},
        "findings": [_finding(finding) for finding in findings],
    }
    return Rendered(
        text=msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    )


def _counts(findings: list[Finding]) -> dict[str, int]:
    counts = {"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0}
    counts |= {"error": 0, "unknown": 0, "waived": 0}
    for finding in findings:
        if finding.waiver is not None:
            counts["waived"] += 1
        elif finding.outcome == "fail":
            counts[str(finding.severity)] += 1
        else:
            counts[finding.outcome] += 1
    return counts


def _rule(rule: str, context: Context) -> dict[str, Any]:
    known = context.rules[rule]
    return {
        "pack": known.pack,
        "severity": str(known.severity),
        "title": known.docs.title,
        "why": known.docs.why,
        "fix": known.docs.fix,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    waiver = finding.waiver
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "outcome": finding.outcome,
        "subject": encodable(finding.subject),
        "path": [key if isinstance(key, int) else encodable(key) for key in finding.path],
        "message": encodable(finding.message),
        "fix": encodable(finding.fix),
        "place": _place(finding.place),
        "related": [
            {"message": encodable(related.message), "place": _place(related.place)}
            for related in finding.related
        ],
        "waiver": None
        if waiver is None
        else {
            "reason": encodable(waiver.reason),
            "owner": encodable(waiver.owner),
            "until": waiver.until.isoformat() if waiver.until else None,
            "channel": waiver.channel,
        },
        "fingerprint": finding.fingerprint,
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"file": encodable(place.file), "line": place.line, "column": place.column}
