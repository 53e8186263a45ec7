"""A review as Markdown: a comment of a pull request, on one screen and within its limits.

What matters most stands first and is never left out: the verdict, what is taken
away, and a line for each stack. What comes behind is cut in steps until it fits, and
the cut is told. Everything that comes from a plan is made inert.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from policies.finding import Finding
from policies.reports.inert import markdown as plain
from policies.reports.inert import markdown_code as code
from policies.reports.inert import visible
from policies.review.dangers import Danger
from policies.review.groups import Group, Line
from policies.review.review import Output, Review
from scripts.reviewing import words
from scripts.reviewing.capacity import Capacity

MOST_CHARACTERS = 60_000
"""GitHub takes 65,536; the rest is for what a bot may put around it."""
MOST_BYTES = 200_000
"""It has refused comments near 262,144 bytes with the same message."""
MOST_DANGERS = 60
"""Told one by one; more are told by kind."""
MOST_STACKS = 2000
"""Characters of the stacks' names in the first line."""


UNSEEN = 3
"""Addresses of changes in which there is nothing to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much is told behind the danger."""

    groups: int
    """Of one stack."""
    lines: int
    """Of one group."""
    addresses: int
    findings: int
    drift: int
    words: int = 1_000_000
    """Characters of a cell of the danger."""
    dangers: int = MOST_DANGERS
    """Rows of it."""


LADDER = (
    Detail(groups=10_000, lines=200, addresses=40, findings=200, drift=200),
    Detail(groups=200, lines=40, addresses=12, findings=100, drift=50),
    Detail(groups=60, lines=15, addresses=6, findings=40, drift=20),
    Detail(groups=20, lines=6, addresses=3, findings=15, drift=8),
    Detail(groups=6, lines=3, addresses=2, findings=5, drift=3),
    Detail(groups=0, lines=0, addresses=0, findings=0, drift=0),
    Detail(groups=0, lines=0, addresses=0, findings=0, drift=0, words=160),
    Detail(groups=0, lines=0, addresses=0, findings=0, drift=0, words=60, dangers=30),
    Detail(groups=0, lines=0, addresses=0, findings=0, drift=0, words=20, dangers=20),
)
"""The last fits whatever a plan holds: what makes text inert makes it fourteen times longer
at most. So the danger is shortened where it must be, and never left out."""

State = Literal["planned", "applied", "failed"]
"""What became of the plans: nothing yet, all of it, or not all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a comment may say beside the review."""

    findings: Sequence[Finding] = ()
    capacity: Capacity | None = None
    head: str = ""
    """The commit that was planned."""
    link: str = ""
    """Where the whole review is, or the run that applied it."""
    state: State = "planned"
    version: str = "0"
    header: dict[str, str] = field(default_factory=dict)
    """More that the next run must read back."""


def render(review: Review, extras: Extras = Extras()) -> str:
    """The comment, as whole as it may be."""
    text, whole = "", False
    for step, detail in enumerate(LADDER):
        text, whole = _fitting(_parts(review, extras, detail, cut=step > 0))
        if whole:
            return text
    return _shortened(text)


def _fitting(parts: Iterator[str]) -> tuple[str, bool]:
    """As much as fits, and whether that is all; what comes behind is not even made."""
    found: list[str] = []
    characters = size = 0
    for part in parts:
        characters += len(part) + 1
        size += len(part.encode()) + 1
        if characters > MOST_CHARACTERS or size > MOST_BYTES:
            return "\n".join(found), False
        found.append(part)
    return "\n".join(found), True


def unchanged(review: Review, extras: Extras) -> bool:
    """Whether there is nothing to tell anybody: no change, and nothing against it."""
    told: tuple[Sequence[object], ...] = (
        *(review.dangers, review.outputs, review.deferred),
        *(review.conditions, review.moved, review.actions),
        _open(extras.findings),
    )
    return review.approvable and not any(review.counts.values()) and not any(told)


def header(review: Review, extras: Extras) -> str:
    """The hidden line by which the next run finds its comment and knows what was reviewed."""
    data = {
        "environment": review.environment,
        "hash": review.hash,
        "state": "no changes"
        if extras.state == "planned" and unchanged(review, extras)
        else extras.state,
        "head": extras.head,
        "stacks": ",".join(stack.name for stack in review.stacks)[:MOST_STACKS],
        **extras.header,
    }
    # "--" would end the comment, wherever it stands.
    said = json.dumps(data, ensure_ascii=True, sort_keys=True).replace("-", "\\u002d")
    return f"<!-- gpu-fleet-review {said.replace('>', chr(92) + 'u003e')} -->"


def _parts(review: Review, extras: Extras, detail: Detail, *, cut: bool) -> Iterator[str]:
    yield header(review, extras)
    yield _title(review)
    yield ""
    yield _verdict(review, extras)
    if unchanged(review, extras):
        yield from _drift(review, detail)
        yield from _footer(review, extras, cut=False)
        return
    for section in (
        _dangers(review, detail),
        _stacks(review, detail),
        _capacity(extras.capacity),
        _moved(review),
        _changes(review, detail),
        _drift(review, detail),
        _findings(extras.findings, detail),
        _conditions(review),
        _outputs(review),
        _deferred(review),
    ):
        yield from section
    yield from _footer(review, extras, cut=cut)


def _title(review: Review) -> str:
    name = plain(review.environment) if review.environment else "Plan review"
    only_outputs = review.outputs and not any(review.counts.values())
    said = "outputs only" if only_outputs else plain(words.counts(review.counts))
    return f"### {name}: {said}"


def _verdict(review: Review, extras: Extras) -> str:
    then = f"As reviewed, it {plain(words.verdict(review))}."
    if extras.state == "applied":
        return f"✅ **Applied.** {then}"
    if extras.state == "failed":
        return f"⛔ **Not applied, or not to the end.** {then}"
    sign = {"none": "✅", "low": "✅", "high": "⚠️", "danger": "🛑"}[review.risk]
    if not review.approvable:
        sign = "⛔"
    return f"{sign} **This {plain(words.verdict(review))}.**"


def _dangers(review: Review, detail: Detail) -> Iterator[str]:
    if not review.dangers:
        return
    yield "\n#### Danger\n"
    if len(review.dangers) > detail.dangers:
        yield from _many_dangers(review.dangers, detail)
        return
    yield "| | what | why | then |"
    yield "|---|---|---|---|"
    for danger in review.dangers:
        then = "; ".join(part for part in (danger.then, danger.guard) if part)
        yield (
            f"| **{words.WHAT[danger.what]}** | {words.SUBJECTS[danger.subject]} "
            f"{code(_clip(danger.address, detail))}<br>{plain(_clip(danger.stack, detail))} "
            f"| {plain(_clip(words.forced(danger), detail))} | {plain(_clip(then, detail))} |"
        )


def _many_dangers(dangers: Sequence[Danger], detail: Detail) -> Iterator[str]:
    kinds: dict[tuple[str, str, str], list[Danger]] = {}
    for danger in dangers:
        kinds.setdefault((danger.subject, danger.what, words.forced(danger)), []).append(danger)
    yield "| | what | why | for example |"
    yield "|---|---|---|---|"
    # One cluster comes before a thousand objects.
    order = tuple(words.SUBJECTS)
    shown = sorted(kinds.items(), key=lambda item: (order.index(item[0][0]), -len(item[1])))
    for (kind, what, why), found in shown[: detail.dangers]:
        machines = sum(danger.machines or 0 for danger in found)
        size = f", {words.counted(machines, 'machine')}" if machines else ""
        noun = words.counted(len(found), words.SUBJECTS[kind])
        because, example = _clip(why, detail), _clip(found[0].address, detail)
        yield f"| **{words.WHAT[what]}** | {noun}{size} | {plain(because)} | {code(example)} |"
    others = shown[detail.dangers :]
    if others:
        rest = [danger for _, found in others for danger in found]
        more = words.taken(rest)
        yield f"\n… and {len(rest):,} more of {len(others):,} other kinds: {plain(more)}."


def _clip(text: str, detail: Detail) -> str:
    return text if len(text) <= detail.words else f"{text[: detail.words - 1]}…"


def _stacks(review: Review, detail: Detail) -> Iterator[str]:
    yield "\n#### Stacks\n"
    yield "| stack | changes | plan | |"
    yield "|---|---|---|---|"
    for stack in review.stacks:
        blocked = [] if stack.approvable else ["**not approvable**"]
        remarks = (plain(_clip(remark, detail)) for remark in stack.remarks[: detail.words])
        said = "; ".join([*blocked, *remarks])
        counts = plain(words.counts(stack.counts))
        yield f"| {plain(stack.name)} | {counts} | `{stack.hash[:12]}` | {said} |"


def _capacity(capacity: Capacity | None) -> Iterator[str]:
    if capacity is None:
        return
    yield "\n#### Cards\n"
    yield "| cluster | card | before | after | |"
    yield "|---|---|---:|---:|---:|"
    for row in capacity.rows:
        sign = f"{row.after - row.before:+,}" if row.after != row.before else ""
        names = f"{plain(row.cluster)} | {plain(row.card)}"
        yield f"| {names} | {row.before:,} | {row.after:,} | {sign} |"
    for said in capacity.told:
        yield f"\n{plain(said)}"


def _moved(review: Review) -> Iterator[str]:
    if not review.moved:
        return
    yield "\n#### The same thing elsewhere?\n"
    for moved in review.moved[:20]:
        yield f"- {code(moved.source)} → {code(moved.target)}: {plain(moved.hint)}"
    if len(review.moved) > 20:
        yield f"- … and {len(review.moved) - 20:,} more"


def _changes(review: Review, detail: Detail) -> Iterator[str]:
    if not detail.groups:
        return
    for stack in review.changes:
        if not stack.groups:
            continue
        shown = stack.groups[: detail.groups]
        number = sum(len(group.addresses) for group in stack.groups)
        title = f"{plain(stack.stack)}: {words.counted(number, 'change')}"
        yield f"\n<details><summary>{title}</summary>\n"
        several = words.several(stack.groups)
        for group in shown:
            yield from _group(group, detail, of=group.type in several)
        if len(stack.groups) > len(shown):
            yield f"… and {words.counted(len(stack.groups) - len(shown), 'other kind')} of change\n"
        yield "</details>"


def _group(group: Group, detail: Detail, *, of: bool) -> Iterator[str]:
    count = len(group.addresses)
    times = f" × {count:,}" if count > 1 else ""
    maker = f" of {plain(words.provider(group))}" if of else ""
    where = _addresses(group, detail)
    yield f"**{group.action}** {code(group.type)}{maker}{times}<br>{where}\n"
    yield from _untold(group)
    if not group.lines:
        return
    shown = group.lines[: detail.lines]
    body = [text for line in shown for text in _line(line)]
    fence = "`" * max(3, 1 + max((_ticks(text) for text in body), default=0))
    yield f"{fence}diff"
    yield from body
    yield fence
    rest = len(group.lines) - len(shown)
    if rest:
        yield f"… and {words.counted(rest, 'more line')}\n"


def _untold(group: Group) -> Iterator[str]:
    """What is no news, in a line: who sees nothing else shall know that there is nothing else."""
    parts = words.untold(group)
    if parts:
        yield f"<sub>{plain(parts)}</sub>\n"


def _shown(group: Group, detail: Detail) -> int:
    """A mass of changes in which there is nothing to see needs no list."""
    seen = group.lines or group.action != "update"
    return detail.addresses if seen else min(UNSEEN, detail.addresses)


def _addresses(group: Group, detail: Detail) -> str:
    pairs = zip(group.addresses, group.moved_from or [""] * len(group.addresses), strict=True)
    told = [
        f"{code(old)} → {code(address)}" if old else code(address)
        for address, old in list(pairs)[: _shown(group, detail)]
    ]
    rest = len(group.addresses) - len(told)
    return ", ".join(told) + (f" … and {rest:,} more" if rest else "")


def _line(line: Line) -> Iterator[str]:
    path = visible(line.path) or "(the whole value)"
    match line.kind:
        case "reordered":
            yield f"! {path}: the same entries in another order"
        case "sensitivity":
            yield f"! {path}: the same value, sensitive on one side only"
        case "deep":
            yield f"! {path}: changes, deeper than is told here"
        case _ if line.secret and line.before == line.after:
            yield f"! {path}: changes (sensitive)"
        case _:
            if line.before is not None:
                yield f"- {path}: {visible(line.before)}"
            if line.after is not None:
                yield f"+ {path}: {visible(line.after)}"


def _ticks(text: str) -> int:
    longest = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    return longest


def _drift(review: Review, detail: Detail) -> Iterator[str]:
    if not review.drift:
        return
    relevant = [drift for drift in review.drift if drift.relevant]
    other = len(review.drift) - len(relevant)
    yield "\n#### Changed outside of Terraform\n"
    for drift in relevant[: detail.drift]:
        where = f"{code(drift.address)} in {plain(drift.stack)}"
        yield f"- {drift.action} {where}: has a part in this plan"
    if len(relevant) > detail.drift:
        yield f"- … and {len(relevant) - detail.drift:,} more with a part in this plan"
    if other:
        yield f"- {words.counted(other, 'other resource')}, without a part in this plan"


def _findings(findings: Sequence[Finding], detail: Detail) -> Iterator[str]:
    found = _open(findings)
    if not found:
        return
    yield f"\n#### Policy: {words.counted(len(found), 'finding')}\n"
    worst = sorted(
        found, key=lambda each: (each.outcome == "unknown", -each.severity, each.subject)
    )
    for finding in worst[: detail.findings]:
        unknown = " (known after the apply)" if finding.outcome == "unknown" else ""
        yield (
            f"- **{finding.severity}** {code(finding.rule)} {code(finding.subject)}: "
            f"{plain(finding.message)}{unknown}. {plain(finding.fix[:1].upper() + finding.fix[1:])}"
        )
    if len(worst) > detail.findings:
        yield f"- … and {len(worst) - detail.findings:,} more"


def _open(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.waiver is None]


def _conditions(review: Review) -> Iterator[str]:
    if review.conditions:
        yield "\n#### Checks that do not pass\n"
    for found in review.conditions[:40]:
        said = f": {plain('; '.join(found.problems))}" if found.problems else ""
        yield f"- {plain(found.status)} {code(found.name)} in {plain(found.stack)}{said}"


def _outputs(review: Review) -> Iterator[str]:
    if review.outputs:
        names = [_output(output) for output in review.outputs[:30]]
        rest = len(review.outputs) - len(names)
        more = f" … and {rest:,} more" if rest else ""
        yield f"\n**Outputs that change**, which other stacks may read: {', '.join(names)}{more}"


def _output(output: Output) -> str:
    said = f"{code(output.name)} ({plain(output.action)})"
    if not output.read_by:
        return said
    readers = ", ".join(output.read_by)
    return f"{said} **which {plain(readers)} still reads**"


def _deferred(review: Review) -> Iterator[str]:
    if review.deferred:
        yield "\n#### Could not be planned yet\n"
    for found in review.deferred[:30]:
        yield f"- {code(found.address)}: {plain(found.reason)}"
    if review.actions:
        yield f"\n**Actions that the apply runs**: {', '.join(map(code, review.actions[:20]))}"


def _footer(review: Review, extras: Extras, *, cut: bool) -> Iterator[str]:
    yield "\n---"
    parts = [f"plan `{review.hash[:16]}`"]
    if extras.head:
        parts.append(f"commit {code(extras.head[:12])}")
    if extras.link:
        what = "the whole review" if extras.state == "planned" else "the run"
        parts.append(f"[{what}]({extras.link})")
    if cut:
        parts.append("shortened to fit; Danger and Stacks are the last to go")
    if extras.state == "planned" and not unchanged(review, extras):
        parts.append(f"`fleet apply --reviewed {review.hash[:16]}` applies exactly this")
    yield f"<sub>{' · '.join(parts)}</sub>"


def _shortened(text: str) -> str:
    """Only names and numbers are left, and they are still too long: cut, and say so."""
    end = (
        "\n\n… cut here: even the shortest form is too long for a comment; see the JSON or the page"
    )
    room = min(MOST_CHARACTERS, MOST_BYTES // 4) - len(end)
    return text[:room].rpartition("\n")[0] + end


Renderer = Callable[[Review, Extras], str]
