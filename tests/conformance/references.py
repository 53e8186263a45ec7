"""References of Terraform JSON: what they name must be there, and have what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.conformance import facts
from tests.conformance.mistakes import Mistake, is_expression
from tests.conformance.shapes import BUILT_IN

_EXPRESSION = re.compile(r"(?<!\$)\$\{(.*?)\}", re.DOTALL)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_REFERENCE = re.compile(
    r"(?<![\w.])(data\.)?([a-z][a-z0-9]*_[a-z0-9_]+)\.([A-Za-z_][\w-]*)(?:\[[^\]]*\])?(?:\.([a-z_]\w*))?"
)
_VARIABLE = re.compile(r"(?<![\w.])(var|local)\.([A-Za-z_][\w-]*)")


def mistakes(stack: dict[str, Any]) -> Iterator[Mistake]:
    """Every reference of the stack to what it does not have."""
    for section in ("resource", "data"):
        for name, bodies in stack.get(section, {}).items():
            for id_, body in bodies.items():
                prefix = "data." if section == "data" else ""
                yield from _of(body, f"{prefix}{name}.{id_}", "", stack)
    for section in ("output", "locals", "provider"):
        yield from _of(stack.get(section, {}), section, "", stack)


def _of(value: Any, address: str, path: str, stack: dict[str, Any]) -> Iterator[Mistake]:
    match value:
        case dict():
            for key, inner in value.items():
                if key in {"depends_on", "replace_triggered_by"} and not path:
                    yield from _plain(inner, address, key, stack)
                elif key != "//":
                    yield from _of(inner, address, f"{path}.{key}".lstrip("."), stack)
        case list():
            for index, inner in enumerate(value):
                yield from _of(inner, address, f"{path}[{index}]", stack)
        case str() if is_expression(value):
            for expression in _EXPRESSION.findall(value):
                yield from _expression(expression, address, path, stack)


def _plain(value: Any, address: str, path: str, stack: dict[str, Any]) -> Iterator[Mistake]:
    for text in value:
        yield from _expression(str(text), address, path, stack)


def _expression(
    expression: str, address: str, path: str, stack: dict[str, Any]
) -> Iterator[Mistake]:
    code = _TEXT.sub('""', expression)
    for data, kind, id_, attribute in _REFERENCE.findall(code):
        why = _absent("data" if data else "resource", kind, id_, attribute, stack)
        if why:
            yield Mistake(address=address, path=path, kind="unknown-reference", message=why)
    for section, name in _VARIABLE.findall(code):
        if name not in stack.get("variable" if section == "var" else "locals", {}):
            message = f"there is no {section}.{name}"
            yield Mistake(address=address, path=path, kind="unknown-reference", message=message)


def _absent(section: str, kind: str, id_: str, attribute: str, stack: dict[str, Any]) -> str:
    if id_ not in stack.get(section, {}).get(kind, {}):
        return f"there is no {kind}.{id_} in this stack"
    if kind in BUILT_IN or not attribute:
        return ""
    block = facts.block_of("data_source" if section == "data" else section, kind) or {}
    known = {*block.get("attributes", {}), *block.get("block_types", {})}
    return "" if attribute in known else f"{kind} has no {attribute}"
