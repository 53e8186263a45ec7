"""Amounts as Kubernetes writes them (`16Gi`, `1500m`, `2k`, `1e3`), as exact numbers."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

_BINARY: dict[str, int] = {
    name: 1024 ** (at + 1) for at, name in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))
}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_FORM = re.compile(
    r"([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?))"
)

LONGEST = 64
"""Characters that an amount may have: no real one comes near."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Fraction:
    """The amount. Raises `ValueError` for what Kubernetes would refuse."""
    found = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        msg = f'"{text[:LONGEST]}" is no quantity'
        raise ValueError(msg)
    sign, number, exponent, suffix = found.groups()
    amount: Fraction = Fraction(number.rstrip(".")) * (-1 if sign == "-" else 1)
    if suffix in _BINARY:
        return amount * _BINARY[suffix]
    power = int(exponent) if exponent is not None else _DECIMAL[suffix]
    scale = Fraction(10 ** abs(power))
    return amount * scale if power >= 0 else amount / scale


def of(value: object) -> Fraction | None:
    """The amount behind a value of YAML, a number or a text; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, str | float):
        try:
            return parse(str(value))
        except ValueError:
            return None
    return None
