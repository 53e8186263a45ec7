"""The report as Markdown, for a comment or the summary of a job.

A verdict, then a table of findings, worst first, then what is unknown or waived
as counts. It is cut between rows so that it fits a comment of 65,536 characters
with room for a heading of the one who posts it; whatever comes from the files is
escaped: it shows, and does nothing.
"""

from __future__ import annotations

from collections import Counter

from policies.finding import Finding, Severity
from policies.judge import Report
from policies.reports.inert import markdown, markdown_code
from policies.reports.rendered import (
    Context,
    Rendered,
    counted,
    in_order,
    in_words,
    kept,
    title_of,
    waiver_in_words,
)

CHARACTERS = 60_000
BYTES = 200_000
"""The longest report: GitHub refuses a comment of 65,536 characters or 262,144 bytes."""

MARKS = {
    Severity.CRITICAL: "🟥",
    Severity.HIGH: "🟧",
    Severity.MEDIUM: "🟨",
    Severity.LOW: "🟦",
    Severity.INFO: "⬜",
}
_QUOTE = 500


def render(report: Report, context: Context) -> Rendered:
    """Verdict, table, and what was cut."""
    findings = in_order(report.findings)
    head = [_verdict(findings, report, context)]
    if not findings:
        return Rendered(text=head[0] + "\n")
    head.extend(["", "| severity | finding | where | fix |", "|---|---|---|---|"])
    rows = [_row(finding, context) for finding in findings]
    number = _fitting(rows, "\n".join(head))
    _, cut = kept(findings, number)
    tail = ["", f"**{in_words(cut)}.** The other formats hold all of them."] if cut else []
    return Rendered(text="\n".join([*head, *rows[:number], *tail]) + "\n", cut=cut)


def _verdict(findings: list[Finding], report: Report, context: Context) -> str:
    counts = Counter(f.severity for f in findings if f.waiver is None and f.outcome == "fail")
    shares = [f"{MARKS[at]} {counts[at]} {at}" for at in sorted(counts, reverse=True)]
    rest = Counter("waived" if f.waiver else f.outcome for f in findings)
    shares.extend(f"{rest[word]} {word}" for word in ("error", "unknown", "waived") if rest[word])
    ran = f"{counted(len(context.rules), 'rule')} over {counted(report.checked, 'subject')}"
    return f"**fleet lint**: {', '.join(shares) or '✅ nothing found'} ({ran})"


def _row(finding: Finding, context: Context) -> str:
    word = str(finding.severity) if finding.outcome == "fail" else finding.outcome
    mark = f"{MARKS[finding.severity]} {word}"
    title = f"**{markdown(title_of(finding, context))}** {markdown_code(finding.rule)}"
    place = markdown_code(_short(str(finding.place))) if finding.place else ""
    where = "<br>".join(part for part in (place, markdown_code(_short(finding.subject))) if part)
    fix = markdown(_short(finding.fix))
    if finding.waiver is not None:
        mark = "waived"
        fix = f"waived: {markdown(_short(waiver_in_words(finding.waiver)))}"
    return f"| {mark} | {title}<br>{markdown(_short(finding.message))} | {where} | {fix} |"


def _short(text: str) -> str:
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"


def _fitting(rows: list[str], head: str) -> int:
    # What is said about the cut takes some room of its own.
    characters, size = len(head) + 300, len(head.encode("utf-8", "replace")) + 400
    for number, row in enumerate(rows):
        characters += len(row) + 1
        size += len(row.encode("utf-8", "replace")) + 1
        if characters > CHARACTERS or size > BYTES:
            return number
    return len(rows)
