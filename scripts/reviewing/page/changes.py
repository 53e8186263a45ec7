"""Every change, grouped: what differs, leaf by leaf, and where."""

from __future__ import annotations

from collections.abc import Iterator

from policies.review.groups import ORDER, Group, Line
from policies.review.review import Review, StackGroups
from scripts.rehearsal.page.markup import Markup, foreign, join, tag
from scripts.reviewing import words

MOST_ADDRESSES = 200
OPEN = 12
"""Groups of the worst kinds that are open to begin with."""


def changes(review: Review) -> Markup:
    """The tools, then the stacks."""
    there = [word for word in ORDER if review.counts.get(word)]
    boxes = (
        tag(
            "label",
            tag("input", type="checkbox", value=word, checked=True),
            tag("span", f"{word} {review.counts[word]:,}"),
        )
        for word in there
    )
    return join(
        tag(
            "div",
            tag(
                "input",
                type="search",
                placeholder="Search addresses and values ( / )",
                aria_label="Search",
            ),
            boxes,
            tag("button", "Open all", type="button", data_open="yes"),
            tag("button", "Close all", type="button", data_open="no"),
            tag("span", id="found", class_="found", role="status"),
            class_="tools",
            id="tools",
            hidden=True,
        ),
        *(_stack(stack) for stack in review.changes if stack.groups),
    )


def _stack(stack: StackGroups) -> Markup:
    several = words.several(stack.groups)
    return tag(
        "div",
        tag("h3", foreign(stack.stack)),
        (
            _group(group, first=at < OPEN, of=group.type in several)
            for at, group in enumerate(stack.groups)
        ),
        class_="stack",
    )


def _group(group: Group, *, first: bool, of: bool) -> Markup:
    count = len(group.addresses)
    title = group.addresses[0] if count == 1 else group.type
    return tag(
        "details",
        tag(
            "summary",
            tag("span", group.action, class_=f"act {group.action}"),
            tag("code", foreign(title)),
            tag("span", f"of {words.provider(group)}") if of else None,
            tag("span", f"× {count:,}") if count > 1 else None,
        ),
        tag("div", _body(group)),
        class_="change",
        data_act=group.action,
        data_count=count,
        open=first and group.action in {"replace", "delete", "forget", "unknown", "update"},
    )


def _body(group: Group) -> Markup:
    return join(
        tag("dl", map(_line, group.lines), class_="diff") if group.lines else None,
        tag("ul", _addresses(group)) if len(group.addresses) > 1 or group.moved_from else None,
        tag("p", foreign(untold), class_="found") if (untold := words.untold(group)) else None,
    )


def _addresses(group: Group) -> Iterator[Markup]:
    olds = group.moved_from or ("",) * len(group.addresses)
    for old, address in list(zip(olds, group.addresses, strict=True))[:MOST_ADDRESSES]:
        yield tag("li", f"{old} → {address}" if old else address)
    if len(group.addresses) > MOST_ADDRESSES:
        yield tag("li", f"and {len(group.addresses) - MOST_ADDRESSES:,} more, in the JSON")


def _line(line: Line) -> Markup:
    return join(tag("dt", foreign(line.path or "(the whole value)")), tag("dd", _values(line)))


def _values(line: Line) -> Markup:
    match line.kind:
        case "reordered":
            return tag("i", "the same entries in another order")
        case "sensitivity":
            return tag("i", "the same value, sensitive on one side only")
        case "deep":
            return tag("i", "changes, deeper than is told here")
        case _ if line.secret and line.before == line.after:
            return tag("i", "changes (sensitive)")
        case _:
            return join(
                None if line.before is None else tag("del", foreign(line.before)),
                None if line.after is None else tag("ins", foreign(line.after)),
            )
