"""The report as SARIF 2.1.0, for code scanning.

Rules come with their help; a finding without a known line has no region (a line
of 0 or -1 makes services refuse the whole file); what is waived is carried as a
suppression with its reason, so that the service shows it as dismissed and not as
fixed. A value that is known only after an apply is of the kind `open`, whose
level must be `none`.

GitHub takes 25,000 results a run and shows the first 5,000 by severity; we keep
25,000 and say in the invocation what was left out.
"""

from __future__ import annotations

import urllib.parse
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from policies.finding import Finding, Place, Related, Severity, Waiver
from policies.judge import Report
from policies.reports.inert import encodable
from policies.reports.rendered import Context, Rendered, in_order, in_words, kept, waiver_in_words
from policies.rule import Example, Rule

RESULTS = 25_000
"""The most results that GitHub takes in one run."""

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.0",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
"""What GitHub sorts by, on rules with the tag `security`."""


def render(report: Report, context: Context) -> Rendered:
    """One run; rules in the order of their ids, results the worst first."""
    results, cut = kept(in_order(report.findings), RESULTS)
    ids = sorted({*context.rules, *(finding.rule for finding in results)})
    index = {rule: at for at, rule in enumerate(ids)}
    said: Counter[str] = Counter()
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "gpu-fleet",
                        "version": context.version,
                        "rules": [_rule(rule, context.rules.get(rule)) for rule in ids],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(cut)],
                "results": [_result(finding, index, said) for finding in results],
            }
        ],
    }
    text = msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"
    return Rendered(text=text, cut=cut)


def _invocation(cut: Mapping[Severity, int]) -> dict[str, Any]:
    invocation: dict[str, Any] = {"executionSuccessful": True}
    if cut:
        notice = {"level": "warning", "message": {"text": in_words(cut)}}
        invocation["toolExecutionNotifications"] = [notice]
    return invocation


def _rule(rule: str, known: Rule | None) -> dict[str, Any]:
    if known is None:
        return {"id": rule, "shortDescription": {"text": rule.replace("-", " ")}}
    docs = known.docs
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.split("-")),
        "shortDescription": {"text": docs.title},
        "fullDescription": {"text": docs.why},
        "help": {"text": f"{docs.why}\n\nFix: {docs.fix}", "markdown": _help(known)},
        "defaultConfiguration": {"level": LEVELS[known.severity]},
        "properties": {
            "tags": ["gpu-fleet", known.pack, "security"],
            "precision": "high",
            "problem.severity": _problem_severity(known.severity),
            "security-severity": SECURITY_SEVERITY[known.severity],
        },
    }


def _help(rule: Rule) -> str:
    parts = [f"# {rule.docs.title}", rule.docs.why, f"**Fix**: {rule.docs.fix}"]
    parts.extend(_example("Bad", example) for example in rule.docs.bad)
    parts.extend(_example("Good", example) for example in rule.docs.good)
    return "\n\n".join(parts)


def _example(word: str, example: Example) -> str:
    language = "json" if example.text.lstrip().startswith(("{", "[")) else "yaml"
    return f"{word} ({example.kind}):\n\n```{language}\n{example.text.rstrip()}\n```"


def _problem_severity(severity: Severity) -> str:
    return {"error": "error", "warning": "warning", "note": "recommendation"}[LEVELS[severity]]


def _result(finding: Finding, index: Mapping[str, int], said: Counter[str]) -> dict[str, Any]:
    said[finding.fingerprint] += 1
    unknown = finding.outcome == "unknown"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "kind": "open" if unknown else "fail",
        "level": "none" if unknown else LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {
            # The key by which GitHub recognises an alert; ours holds no line number.
            "primaryLocationLineHash": f"{finding.fingerprint}:{said[finding.fingerprint]}",
            "gpuFleet/v1": finding.fingerprint,
        },
        "properties": {"severity": str(finding.severity), "outcome": finding.outcome},
    }
    if finding.related:
        result["relatedLocations"] = [_related(related) for related in finding.related]
    if finding.waiver is not None:
        result["suppressions"] = [_suppression(finding.waiver)]
    return result


def _message(finding: Finding) -> str:
    # Square brackets make links in SARIF messages unless they are escaped.
    said = f"{finding.message}; {finding.fix}" if finding.fix else finding.message
    return encodable(said).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": encodable(finding.subject), "kind": "resource"}]
    }
    if finding.place is not None:
        location["physicalLocation"] = _physical(finding.place)
    return location


def _physical(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line}
        if place.column:
            physical["region"]["startColumn"] = place.column
    return physical


def _uri(file: str) -> str:
    path = urllib.parse.quote(encodable(file).replace("\\", "/").removeprefix("./"), safe="/")
    return f"file://{path}" if path.startswith("/") else path


def _related(related: Related) -> dict[str, Any]:
    location: dict[str, Any] = {"message": {"text": encodable(related.message)}}
    if related.place is not None:
        location["physicalLocation"] = _physical(related.place)
    return location


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "inSource" if waiver.channel in {"resource", "annotation"} else "external",
        "status": "accepted",
        "justification": encodable(waiver_in_words(waiver)),
    }
