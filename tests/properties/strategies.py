"""Texts, amounts and broken documents, as people and accidents make them."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from environments.quantity import Cpu, Memory

_digits = st.integers(0, 10**6)


@st.composite
def _texts(draw: st.DrawFn, units: list[str]) -> str:
    whole = draw(_digits)
    fraction = draw(st.none() | st.text("0123456789", min_size=1, max_size=3))
    return f"{whole}{'' if fraction is None else f'.{fraction}'}{draw(st.sampled_from(units))}"


memories = _texts(["Mi", "Gi", "Ti", "Pi"]).map(Memory)
cpus = _texts([""]).map(Cpu) | _digits.map(lambda n: Cpu(f"{n}m"))

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["hami", "none", "private", "24Gi", "1.32", "no", "H20-96G", "a", "1500m"])
)
"""Values that a field may find itself holding."""

keys = st.text(min_size=1, max_size=8) | st.sampled_from(
    ["name", "clusters", "cloud", "provider", "sharing", "mode", "pools", "tenants", "services"]
)

data: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
"""Plain data of any shape."""


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path into the data, its root included."""
    found = [at]
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        found += paths(inner, (*at, key))
    return found


@st.composite
def broken(draw: st.DrawFn, good: Any) -> Any:
    """The good data with up to three values replaced, taken out or put in."""
    value = {"root": copy.deepcopy(good)}
    for _ in range(draw(st.integers(0, 3))):
        path = ("root", *draw(st.sampled_from(paths(value["root"]))))
        above, key = path[:-1], path[-1]
        holder: Any = value
        for part in above:
            holder = holder[part]
        match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
            case "remove" if above:
                del holder[key]
            case "add" if isinstance(holder[key], dict):
                holder[key][draw(keys)] = draw(data)
            case _:
                holder[key] = draw(data)
    return value["root"]


@st.composite
def mistyped(draw: st.DrawFn, text: str) -> str:
    """The text after some slips: letters or lines lost, doubled, moved or mistaken."""
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        row = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[row])))
        before, after = lines[row][:column], lines[row][column:]
        slip = draw(
            st.sampled_from(["lose", "double", "insert", "lose line", "double line", "indent"])
        )
        match slip:
            case "lose":
                lines[row] = before + after[1:]
            case "double":
                lines[row] = before + after[:1] + after
            case "insert":
                lines[row] = (
                    before
                    + draw(st.sampled_from([*":{}[],\"'&*!|>%@`#-? \t\x07é0", "no", "\u2028"]))
                    + after
                )
            case "lose line":
                del lines[row]
            case "double line":
                lines.insert(row, lines[row])
            case _:
                lines[row] = f" {lines[row]}"
        text = "\n".join(lines)
    return text
