"""What stands behind the changes: cards, drift, findings, checks, outputs, what is deferred."""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Finding
from policies.review.review import Output, Review
from scripts.rehearsal.page.markup import Column, Markup, foreign, join, table, tag
from scripts.reviewing.capacity import Capacity
from scripts.reviewing.markdown import Extras


def cards(capacity: Capacity) -> Markup:
    """A row for each type in each cluster."""
    heads: list[str | Column] = [
        "cluster",
        "card",
        *(Column(title=title, numeric=True) for title in ("before", "after", "")),
    ]
    rows = (
        [
            foreign(row.cluster),
            foreign(row.card),
            f"{row.before:,}",
            f"{row.after:,}",
            f"{row.after - row.before:+,}" if row.after != row.before else "",
        ]
        for row in capacity.rows
    )
    told = (tag("p", said, class_="lead") for said in capacity.told)
    return join(table("Cards", heads, rows, class_="self-evident"), *told)


def sections(review: Review, extras: Extras) -> Iterator[tuple[str, str, str, Markup]]:
    """Name, title, lead and body of each section that has something to say."""
    found = [finding for finding in extras.findings if finding.waiver is None]
    if found:
        yield "policy", "Policy", "What the rules find in the plans.", _findings(found)
    if review.moved:
        items = [f"{each.source} → {each.target}: {each.hint}" for each in review.moved]
        yield "moved", "The same thing elsewhere?", "Gone here, new there.", _list(items)
    if review.drift:
        relevant = [f"{d.action} {d.address} in {d.stack}" for d in review.drift if d.relevant]
        other = [f"{d.action} {d.address} in {d.stack}" for d in review.drift if not d.relevant]
        body = join(
            tag("h3", "With a part in these plans") if relevant else None,
            _list(relevant),
            tag("details", tag("summary", f"{len(other):,} without"), _list(other))
            if other
            else None,
        )
        yield "drift", "Changed outside of Terraform", "What is not as it was applied.", body
    if review.conditions:
        items = [
            f"{c.status}: {c.name} in {c.stack}: {'; '.join(c.problems)}" for c in review.conditions
        ]
        yield "checks", "Checks that do not pass", "Of the configurations themselves.", _list(items)
    if review.outputs:
        items = [_output(output) for output in review.outputs]
        yield "outputs", "Outputs that change", "Other stacks may read them.", _list(items)
    if review.deferred or review.actions:
        items = [f"{each.address} in {each.stack}: {each.reason}" for each in review.deferred]
        items += [f"{name} is run by the apply" for name in review.actions]
        yield (
            "later",
            "Known only later",
            "What could not be planned yet, and actions.",
            _list(items),
        )


def _findings(found: list[Finding]) -> Markup:
    worst = sorted(found, key=lambda one: (one.outcome == "unknown", -one.severity, one.subject))
    rows = (
        [
            tag("code", one.rule),
            str(one.severity) if one.outcome != "unknown" else f"{one.severity}, unknown",
            foreign(one.subject),
            f"{one.message}; {one.fix}",
        ]
        for one in worst
    )
    return table(
        "Findings",
        ["rule", "severity", "where", "what and what to do"],
        rows,
        class_="self-evident",
    )


def _output(output: Output) -> str:
    readers = ", ".join(output.read_by)
    still = f"; {readers} still reads it" if readers else ""
    return f"{output.stack}: {output.name} ({output.action}){still}"


def _list(items: list[str]) -> Markup:
    return tag("ul", (tag("li", foreign(item)) for item in items), class_="said-list")
