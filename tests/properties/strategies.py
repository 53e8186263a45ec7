"""Texts, amounts and broken documents, as people and accidents make them."""

from __future__ import annotations

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
