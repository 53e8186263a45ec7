"""Terraform JSON as subjects: resources, and what stands around them in a stack.

Text with `${...}` is known after an apply only, unless it is a variable's default
or a local value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies import values
from policies.finding import Path
from policies.origin import Subject
from policies.values import ABSENT, UNKNOWN

_PLAIN = re.compile(r"\$\{(var|local)\.([A-Za-z_][\w-]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module(Subject):
    """What one stack says beside its resources; its address is the stack's name.

    Paths inside are those of the file: `("terraform", "backend")`.
    """

    stack: str
    document: Mapping[str, Any] = field(repr=False)
    """`terraform`, `provider`, `variable`, `locals`, `data`, `output` ... without `resource`."""

    def get(self, *path: str | int) -> Any:
        """The value at the path: ABSENT, UNKNOWN for what Terraform computes, or itself."""
        return self.resolved(values.get(self.document, *path))

    def blocks(self, *path: str) -> Iterator[tuple[Path, Any]]:
        """Nested blocks, whether written as one map or as a list, each with its path."""
        return values.blocks(self.document, *path)

    def resolved(self, value: Any) -> Any:
        """The value behind `${var.x}` or `${local.x}`; UNKNOWN for any other expression."""
        if not values.is_expression(value):
            return value
        plain = _PLAIN.fullmatch(value)
        if plain is None:
            return UNKNOWN
        if plain[1] == "var":
            found = values.get(self.document, "variable", plain[2], "default")
        else:
            found = values.get(self.document, "locals", plain[2])
        return UNKNOWN if found is ABSENT or values.is_expression(found) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Subject):
    """A managed resource: `<type>.<name>`, after `<stack>:`."""

    resource_type: str
    name: str
    body: Mapping[str, Any] = field(repr=False)
    module: Module = field(repr=False)

    @property
    def type(self) -> str:
        """Its resource type."""
        return self.resource_type

    @property
    def stack(self) -> str:
        """The stack that it is in."""
        return self.module.stack

    @property
    def construct(self) -> str:
        """The path of the construct that made it, where the CDK says so."""
        return values.text(self.body, "//", "metadata", "path")

    def get(self, *path: str | int) -> Any:
        """The value at the path: ABSENT, UNKNOWN for what Terraform computes, or itself."""
        value: Any = self.body
        for step in path:
            # Asked some hundred times of each resource: the usual case goes first.
            inner = value.get(step, ABSENT) if type(value) is dict else values.get(value, step)
            value = self.module.resolved(inner) if type(inner) is str else inner
            if value is ABSENT or value is UNKNOWN:
                return value
        return value

    def blocks(self, *path: str) -> Iterator[tuple[Path, Any]]:
        """Nested blocks, whether written as one map or as a list, each with its path."""
        return values.blocks(self.body, *path)
