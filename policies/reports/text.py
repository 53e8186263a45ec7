"""The report for a person at a terminal: what is wrong, the line itself, and what to do.

```
critical[alibaba-pool-deleted-by-force]: force_delete is not false
  --> stacks/ack/cdk.tf.json:12:9 (alicloud_cs_kubernetes_node_pool.h20)
   |
12 |         "force_delete": true,
   |         ^^^^^^^^^^^^^^
   = why: ...
   = fix: ...
```
The reason is told once for each rule, the fix every time. What is secret is not
shown: a finding about one masks its line, and of a line that no person wrote (a
plan is one of a megabyte) only the word that is meant appears.
"""

from __future__ import annotations

import re
import textwrap

from policies.finding import Finding, Place, Severity, Waiver
from policies.judge import Report
from policies.reports.inert import visible, width
from policies.reports.rendered import (
    Context,
    Rendered,
    counted,
    in_order,
    waiver_in_words,
)

LINE_WIDTH = 100
"""The longest piece of a source line that is shown, in characters."""

MACHINE_MADE = 500
"""A line longer than this was not written by a person: of a plan or minified JSON only what
is meant is shown, since what stands around it may be secret."""

HIDDEN = ("secret-in-", "machine-password-")
"""Rules whose findings stand at secrets."""

NOTE_WIDTH = 90
"""Where reasons and fixes are broken, in characters."""

_HELD = re.compile(r"(:\s*)(?:\"(?:[^\"\\]|\\.)*\"|[^\s\"{\[].*|\[.*\])")
_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s,:{}\[\]]+|.")
_COLOURS = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "34",
}


def render(report: Report, context: Context) -> Rendered:
    """Every finding with its frame, then one line of counts."""
    told: set[str] = set()
    blocks = []
    waived = []
    for finding in in_order(report.findings):
        if finding.waiver is not None:
            waived.append(_waived(finding, finding.waiver, context))
            continue
        blocks.append(_block(finding, context, first=finding.rule not in told))
        told.add(finding.rule)
    if waived:
        blocks.append("\n".join(waived))
    blocks.append(_summary(report, context))
    return Rendered(text="\n\n".join(blocks) + "\n")


def _block(finding: Finding, context: Context, *, first: bool) -> str:
    lines = [_head(finding, context), *_frame(finding, context)]
    rule = context.rules.get(finding.rule)
    if first and rule and rule.docs.why:
        lines.append(_note("why", rule.docs.why, context))
    lines.extend(
        _note("see", _related(related.message, related.place), context)
        for related in finding.related
    )
    if finding.fix:
        lines.append(_note("fix", finding.fix, context))
    return "\n".join(lines)


def _waived(finding: Finding, waiver: Waiver, context: Context) -> str:
    place = f"{where(finding.place)}: " if finding.place else ""
    told = f"waived {finding.severity}[{finding.rule}]: {place}{finding.subject}"
    return _coloured(f"{visible(told)}: {visible(waiver_in_words(waiver))}", "2", context)


def _head(finding: Finding, context: Context) -> str:
    word = str(finding.severity)
    if finding.outcome != "fail":
        word = f"{finding.outcome} ({word})"
    label = _coloured(f"{word}[{visible(finding.rule)}]", _COLOURS[finding.severity], context)
    return f"{label}: {_coloured(visible(finding.message), '1', context)}"


def _frame(finding: Finding, context: Context) -> list[str]:
    place, subject = finding.place, visible(finding.subject)
    if place is None:
        return [f"  --> {subject}"]
    arrow = f"  --> {where(place)} ({subject})"
    source = context.line(place.file, place.line) if place.line else None
    if source is None:
        return [arrow]
    gutter = " " * len(str(place.line))
    if finding.rule.startswith(HIDDEN):
        source = _masked(source)
    shown, caret = excerpt(source, place.column)
    lines = [arrow, f"{gutter} |", f"{place.line} | {shown}"]
    if caret:
        lines.append(f"{gutter} | {_coloured(caret, _COLOURS[finding.severity], context)}")
    return lines


def where(place: Place) -> str:
    """`file:line:column`, as far as it is known."""
    parts = [visible(place.file), *(str(part) for part in (place.line, place.column) if part)]
    return ":".join(parts)


def excerpt(source: str, column: int | None) -> tuple[str, str]:
    """What to show of a line for what stands at *column* (from 1), and the carets below it."""
    start = (column or 1) - 1
    if start >= len(source):
        return (visible(_untabbed(source)) if len(source) <= LINE_WIDTH else ""), ""
    word = _WORD.match(source[start : start + LINE_WIDTH])
    end = start + (word.end() if word else 1)
    if len(source) > MACHINE_MADE:
        shown = visible(source[start:end])
        return f"... {shown} ...", f"    {'^' * max(width(shown), 1)}"
    first = 0 if end <= LINE_WIDTH else start
    piece = source[first : first + LINE_WIDTH]
    before, after = ("... " if first else ""), (" ..." if first + LINE_WIDTH < len(source) else "")
    shown = f"{before}{visible(_untabbed(piece))}{after}".rstrip()
    if column is None:
        return shown, ""
    lead = before + visible(_untabbed(source[first:start]))
    return shown, " " * width(lead) + "^" * max(width(visible(source[start:end])), 1)


def _untabbed(source: str) -> str:
    return source.replace("\t", " ")


def _masked(source: str) -> str:
    """A line without what its keys hold: a log is read by more people than the file."""
    return _HELD.sub(r"\1***", source)


def _related(message: str, place: Place | None) -> str:
    return f"{where(place)}: {message}" if place else message


def _note(word: str, text: str, context: Context) -> str:
    lines = textwrap.wrap(visible(" ".join(text.split())), NOTE_WIDTH, break_on_hyphens=False)
    indent = " " * (len(word) + 7)
    return f"   = {_coloured(word, '1', context)}: " + f"\n{indent}".join(lines)


def _coloured(text: str, code: str, context: Context) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if context.colour else text


def _summary(report: Report, context: Context) -> str:
    open_ones = [finding for finding in report.findings if finding.waiver is None]
    failures = [finding for finding in open_ones if finding.outcome == "fail"]
    shares = [
        f"{count} {severity}"
        for severity in sorted(Severity, reverse=True)
        if (count := sum(finding.severity is severity for finding in failures))
    ]
    said = [counted(len(failures), "finding") + (f" ({', '.join(shares)})" if shares else "")]
    errors = sum(finding.outcome == "error" for finding in open_ones)
    unknown = sum(finding.outcome == "unknown" for finding in open_ones)
    waived = len(report.findings) - len(open_ones)
    said.extend(
        f"{number} {word}"
        for number, word in ((errors, "in error"), (unknown, "unknown"), (waived, "waived"))
        if number
    )
    return (
        f"{', '.join(said)}; {counted(len(context.rules), 'rule')} "
        f"over {counted(report.checked, 'subject')} in {report.seconds:.2f} s"
    )
