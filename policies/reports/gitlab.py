"""The report as GitLab code quality, the artifact behind the widget of a merge request.

GitLab wants a path and a line from every entry, so a finding without a line
stands at line 1, and one without a file at its address; both say so. Fingerprints
must differ inside a file: the second of two equal ones is counted up. Waived and
unknown findings are left out: the widget knows no such state.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import msgspec

from policies.finding import Finding, Severity
from policies.judge import Report
from policies.reports.inert import encodable, visible
from policies.reports.rendered import Context, Rendered, in_order, in_words, kept

ENTRIES = 10_000
"""The most entries that are written: past them the widget is of no use to anybody."""

SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(report: Report, context: Context) -> Rendered:
    """A list of entries, the worst first; the last one says what was cut."""
    shown = [f for f in in_order(report.findings) if f.waiver is None and f.outcome != "unknown"]
    findings, cut = kept(shown, ENTRIES)
    said: Counter[str] = Counter()
    entries = [_entry(finding, said) for finding in findings]
    if cut:
        entries.append(_cut_entry(in_words(cut)))
    text = msgspec.json.format(msgspec.json.encode(entries), indent=1).decode() + "\n"
    return Rendered(text=text, cut=cut)


def _entry(finding: Finding, said: Counter[str]) -> dict[str, Any]:
    said[finding.fingerprint] += 1
    place = finding.place
    doubt = "" if place and place.line else " (line unknown)" if place else " (no file)"
    return {
        "description": visible(f"{finding.subject}: {finding.message}{doubt}"),
        "check_name": finding.rule,
        "fingerprint": _fingerprint(finding.fingerprint, said[finding.fingerprint]),
        "severity": SEVERITIES[finding.severity],
        "location": {
            "path": encodable(place.file).removeprefix("./") if place else visible(finding.subject),
            "lines": {"begin": (place.line if place else None) or 1},
        },
    }


def _fingerprint(fingerprint: str, number: int) -> str:
    if number == 1:
        return fingerprint
    return hashlib.sha256(f"{fingerprint}:{number}".encode()).hexdigest()


def _cut_entry(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "check_name": "report-was-cut",
        "fingerprint": hashlib.sha256(b"report-was-cut").hexdigest(),
        "severity": "info",
        "location": {"path": ".", "lines": {"begin": 1}},
    }
