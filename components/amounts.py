"""Amounts as the API server writes them back.

The API server stores quantities in one canonical form: `2000` returns as `2k`,
`1024Mi` as `1Gi`, `2000m` as `2`. A manifest that says it otherwise differs
from its live object for ever, and no plan is ever empty. The rules:
https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

from environments.quantity import Cpu, Memory

_DECIMAL = ("", "k", "M", "G", "T", "P", "E")
_BINARY = ("Mi", "Gi", "Ti", "Pi", "Ei")


def count(number: int) -> str:
    """So many things: `120`, `18k`."""
    return _largest_unit(number, 1000, _DECIMAL)


def mebibytes(mib: int) -> str:
    """So many MiB, with a unit: `1536Mi`, `2Gi`."""
    return _largest_unit(mib, 1024, _BINARY) if mib else "0"


def memory(amount: Memory) -> str:
    """Memory of a machine or a card."""
    return mebibytes(amount.mib)


def cpu(amount: Cpu) -> str:
    """Processor cores: `500m`, `96`, `2k`."""
    whole, rest = divmod(amount.millicores, 1000)
    return f"{amount.millicores}m" if rest else count(whole)


def _largest_unit(number: int, step: int, units: tuple[str, ...]) -> str:
    """The number with the largest unit that leaves no fraction."""
    at = 0
    while number and number % step == 0 and at + 1 < len(units):
        number //= step
        at += 1
    return f"{number}{units[at]}"
