"""How text becomes HTML that cannot break out of its place.

Everything that is not `Markup` already is escaped, and what cannot be seen is
spelled out: names of tenants and words of a control plane are foreign text.
Attributes with a value of None or False are left out. No markup is written by
hand outside this module, `template.html` and the shapes of `fleet_map`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from scripts.rehearsal import words

_VOID = {"br", "rect", "circle", "path"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | int | Markup | None | Iterable["Child"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a table's column; numbers stand to the right."""

    title: str
    numeric: bool = False


Columns = Sequence[str | Column]
"""The heads of a table; a plain string is a column of words."""


def text(value: object) -> Markup:
    """Any value as text, in HTML."""
    return Markup(escape(words.plain(str(value))))


def join(*children: Child) -> Markup:
    """Children one after the other."""
    return Markup("".join(_flat(child) for child in children))


def tag(name: str, *children: Child, **attributes: object) -> Markup:
    """An element. `class_` is `class`; other underscores become dashes: `aria_label`."""
    pairs = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{pairs}/>")
    return Markup(f"<{name}{pairs}>{join(*children)}</{name}>")


def foreign(value: str) -> Markup:
    """A word from outside: whatever its script, it does not reorder its neighbours."""
    return tag("bdi", value)


def table(
    caption: str,
    columns: Columns,
    rows: Iterable[Sequence[Child]],
    **attributes: object,
) -> Markup:
    """A table whose first column names the row. On a narrow screen each row becomes a card."""
    heads = [column if isinstance(column, Column) else Column(title=column) for column in columns]
    head = (tag("th", each.title, scope="col", class_=_side(each)) for each in heads)
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", head)),
        tag("tbody", (_row(heads, row) for row in rows)),
        **attributes,
    )


def bar(share: float, *, over: bool = False) -> Markup:
    """A bar filled from the left; the number beside it says the same."""
    width = f"{100 * min(1.0, max(0.0, share)):.1f}%"
    fill = tag("rect", width=width, height="100%", class_="over" if over else None)
    return tag("svg", fill, class_="bar", aria_hidden="true")


def _row(heads: Sequence[Column], row: Sequence[Child]) -> Markup:
    first, *rest = row
    cells = (
        tag("td", cell, data_label=head.title, class_=_side(head))
        for head, cell in zip(heads[1:], rest, strict=True)
    )
    return tag("tr", tag("th", first, scope="row"), cells)


def _side(column: Column) -> str | None:
    return "n" if column.numeric else None


def _flat(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return str(child)
    if isinstance(child, str | int):
        return text(child)
    return "".join(_flat(each) for each in child)


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(value)}"'
