"""Amounts as people write them: `24Gi`, `1500m`, `2Ti`.

A quantity keeps the text it was written in, prints as that text, and compares
by value. Memory of a card is counted in MiB because NVML, HAMi and DRA drivers
count so. What a quantity is *of* is the business of the field that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import ceil
from typing import ClassVar, Final, Self

UNITS = {
    **{unit: Fraction(1, 1000**power) for power, unit in enumerate(("", *"mun"))},
    **{unit: Fraction(1000**power) for power, unit in enumerate("kMGTPE", start=1)},
    **{f"{unit}i": Fraction(1024**power) for power, unit in enumerate("KMGTPE", start=1)},
}
"""What Kubernetes lets stand behind a number, and what it multiplies by."""


class Quantity:
    """A non-negative Kubernetes quantity. `text` is as written, `value` is exact.

    No dataclass: `msgspec` would read it as a map of its fields.
    """

    __slots__ = ("text", "value")

    text: Final[str]
    value: Final[Fraction]

    pattern: ClassVar[str] = r"^[0-9]{1,15}(\.[0-9]{1,9})?([numkMGTPE]|[KMGTPE]i)?$"
    meaning: ClassVar[str] = "a quantity, like 1500m"
    """What may be written, for messages and for the schema."""

    def __init__(self, text: str) -> None:
        if not re.fullmatch(self.pattern, text):
            msg = f"must be {self.meaning}; got {text[:40]!r}"
            raise ValueError(msg)
        number = text.rstrip("numkMGTPEKi")
        self.text = text
        self.value = Fraction(number) * UNITS[text[len(number) :]]

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def __eq__(self, other: object) -> bool:
        """Equal amounts of the same thing: `Memory("1Gi") == Memory("1024Mi")`."""
        if not isinstance(other, Quantity) or type(other) is not type(self):
            return NotImplemented
        return self.value == other.value

    def __lt__(self, other: Self) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.value < other.value

    def __le__(self, other: Self) -> bool:
        return self == other or self < other

    def __hash__(self) -> int:
        return hash((type(self), self.value))


class Cpu(Quantity):
    """Processor cores: `4`, `1.5`, `1500m`; never finer than a thousandth, as in Kubernetes."""

    __slots__ = ()
    pattern = r"^([0-9]{1,9}m|[0-9]{1,9}(\.[0-9]{1,3})?)$"
    meaning = "processor cores, like 4 or 1500m"

    @property
    def millicores(self) -> int:
        """Thousandths of a core."""
        return ceil(self.value * 1000)


class Memory(Quantity):
    """Bytes with a binary unit: `24Gi`. A bare number or `24G` is refused.

    `24G` is 22.4 GiB and a bare `24` is 24 bytes; both have been mistaken for
    24 GiB often enough that neither can be written here.
    """

    __slots__ = ()
    pattern = r"^[0-9]{1,12}(\.[0-9]{1,3})?[MGTP]i$"
    meaning = "memory in Mi, Gi, Ti or Pi, like 24Gi"

    @property
    def mib(self) -> int:
        """Whole MiB, rounded up: what is asked for is never rounded away."""
        return ceil(self.value / 2**20)

    @property
    def bytes(self) -> int:
        """Whole bytes, rounded up."""
        return ceil(self.value)


def memory(mib: int) -> Memory:
    """The quantity of so many MiB, written as people would: 2048 is `2Gi`."""
    for unit, size in (("Ti", 2**20), ("Gi", 2**10)):
        if mib and mib % size == 0:
            return Memory(f"{mib // size}{unit}")
    return Memory(f"{mib}Mi")


def decode(kind: type, value: object) -> Quantity:
    """Make a quantity of what stands in a file (a `msgspec` decoding hook).

    A whole number is taken for processor cores, as in Kubernetes: `cpu: 4`.
    """
    whole_cores = kind is Cpu and isinstance(value, int) and not isinstance(value, bool)
    if issubclass(kind, Quantity) and (isinstance(value, str) or whole_cores):
        make: Callable[[str], Quantity] = kind
        return _made(make, str(value))
    msg = f"cannot make {kind.__name__} of {type(value).__name__}"
    raise TypeError(msg)


def encode(value: object) -> str:
    """The text of a quantity (a `msgspec` encoding hook)."""
    if isinstance(value, Quantity):
        return str(value)
    msg = f"cannot write {type(value).__name__}"
    raise NotImplementedError(msg)


@cache
def _made(kind: Callable[[str], Quantity], text: str) -> Quantity:
    """The same few texts stand in a file a hundred times."""
    return kind(text)
