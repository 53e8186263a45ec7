"""The report as annotations on a pull request: workflow commands on the output of a step.

GitHub shows 10 errors, 10 warnings and 10 notices of a step. Critical and high
findings are errors, medium and low ones warnings, the rest notices; the last
notice says what did not fit. What is waived is not shown.
"""

from __future__ import annotations

from policies.finding import Finding, Severity
from policies.judge import Report
from policies.reports.inert import command_data, command_property
from policies.reports.rendered import (
    Context,
    Rendered,
    in_order,
    in_words,
    kept,
    merged,
    title_of,
)

SHOWN = 10
"""The most annotations of one level that GitHub shows for a step."""


def render(report: Report, context: Context) -> Rendered:
    """One line for each annotation."""
    levels: dict[str, list[Finding]] = {"error": [], "warning": [], "notice": []}
    for finding in in_order(report.findings):
        if finding.waiver is None:
            levels[_level(finding)].append(finding)
    errors, few_errors = kept(levels["error"], SHOWN)
    warnings, few_warnings = kept(levels["warning"], SHOWN)
    # The last notice is kept for what was cut.
    notices, few_notices = kept(levels["notice"], SHOWN - 1)
    cut = merged(few_errors, few_warnings, few_notices)
    shown = [_command(finding, context) for finding in (*errors, *warnings, *notices)]
    if cut:
        shown.append(f"::notice title=gpu-fleet lint::{command_data(in_words(cut))}")
    return Rendered(text="".join(f"{line}\n" for line in shown), cut=cut)


def _level(finding: Finding) -> str:
    if finding.outcome == "unknown" or finding.severity is Severity.INFO:
        return "notice"
    return "error" if finding.severity >= Severity.HIGH else "warning"


def _command(finding: Finding, context: Context) -> str:
    place = finding.place
    known = {
        "file": place.file if place else None,
        "line": place.line if place else None,
        "col": place.column if place and place.line else None,
        "title": f"{title_of(finding, context)} ({finding.rule})",
    }
    properties = ",".join(
        f"{name}={command_property(str(value))}" for name, value in known.items() if value
    )
    fix = f"\nfix: {finding.fix}" if finding.fix else ""
    said = command_data(f"{finding.subject}: {finding.message}{fix}")
    return f"::{_level(finding)} {properties}::{said}"
