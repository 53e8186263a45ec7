"""What do all report formats share: the order of findings, and the cut at a format's limit?

Where a format (or the service that reads it) takes only so many findings, the
worst are kept and the report says in its own words how many were left out: a
report that looks complete and is not is worse than none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from policies.finding import Finding, Severity, Waiver, dotted
from policies.rule import Rule


def no_source(file: str, line: int) -> str | None:
    """For callers whose files are not at hand: no line of any file."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a format may know beside the report."""

    rules: Mapping[str, Rule]
    """The rules that ran, by id: their titles, reasons and packs."""
    line: Callable[[str, int], str | None] = no_source
    """The text of a line (from 1) of a file, without its end; None when it cannot be had."""
    colour: bool = False
    """Whether the reader is a terminal that shows colours."""
    version: str = "0"
    """The version of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A report in one format."""

    text: str
    cut: Mapping[Severity, int] = field(default_factory=dict)
    """How many findings of each severity did not fit; empty when all are there."""

    @property
    def cut_in_words(self) -> str:
        """One sentence about what is missing; empty when nothing is."""
        return in_words(self.cut)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """The worst first; failures before unknowns, what is waived last; then by place and address."""
    return sorted(findings, key=_rank)


def kept(findings: Sequence[Finding], limit: int) -> tuple[list[Finding], Mapping[Severity, int]]:
    """The first *limit* of findings in order, and how many of each severity are left out."""
    left_out = Counter(finding.severity for finding in findings[limit:])
    return list(findings[:limit]), dict(sorted(left_out.items(), reverse=True))


def merged(*cuts: Mapping[Severity, int]) -> Mapping[Severity, int]:
    """Several cuts as one."""
    total: Counter[Severity] = Counter()
    for cut in cuts:
        total.update(cut)
    return dict(sorted(total.items(), reverse=True))


def in_words(cut: Mapping[Severity, int]) -> str:
    """`37 findings did not fit: 30 medium, 7 low`."""
    number = sum(cut.values())
    if not number:
        return ""
    shares = ", ".join(f"{count:,} {severity}" for severity, count in cut.items())
    return f"{counted(number, 'finding')} did not fit: {shares}"


def waiver_in_words(waiver: Waiver) -> str:
    """The reason, who answers for it and until when, as far as they were written down."""
    ends = f"until {waiver.until}" if waiver.until else ""
    said = ", ".join(part for part in (waiver.owner, ends) if part)
    return f"{waiver.reason} ({said})" if said else waiver.reason


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def title_of(finding: Finding, context: Context) -> str:
    """The rule's title; its id where the rule is not at hand (it comes from the engine itself)."""
    rule = context.rules.get(finding.rule)
    return rule.docs.title if rule else finding.rule.replace("-", " ")


def _rank(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    return (
        finding.waiver is not None,
        {"error": 0, "fail": 1, "unknown": 2}[finding.outcome],
        -finding.severity,
        place.file if place else "",
        (place.line or 0) if place else 0,
        finding.subject,
        finding.rule,
        dotted(finding.path),
    )
