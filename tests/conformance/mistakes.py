"""A mistake: what of a Terraform file its provider would refuse, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that a provider would refuse. `kind` is the fault in words."""

    address: str
    path: str
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.address}: {self.path}: {self.kind}: {self.message}"


def is_expression(value: Any) -> bool:
    """Whether it is known only to Terraform: then it may be anything."""
    return isinstance(value, str) and "${" in value.replace("$${", "")


def instances(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value at a dotted path without indexes, with where it really stands."""
    yield from _instances(value, path.split("."), "")


def _instances(value: Any, parts: list[str], at: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _instances(item, parts, f"{at}[{index}]")
    elif not parts:
        yield at, value
    elif isinstance(value, dict) and parts[0] in value:
        yield from _instances(value[parts[0]], parts[1:], f"{at}.{parts[0]}".lstrip("."))
