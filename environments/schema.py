"""The JSON Schema of environment and demand files, derived from the model.

`python -m environments.schema` writes both beside the files they describe, with
the attribute docstrings of the model as descriptions and the card table as
choices, so that an editor shows them. A test says when they are stale.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import msgspec

from environments import cards, demand, model
from environments.quantity import Cpu, Quantity
from environments.words import END, CardName

HERE = Path(__file__).parent
FILES: dict[str, type[msgspec.Struct]] = {
    "environment.schema.json": model.Environment,
    "demand.schema.json": demand.Demand,
}
"""The files that `main` writes, and the struct that each describes."""

TAGS = {
    "provider": "Which cloud this is.",
    "mode": "How cards are cut.",
    "type": "What kind of storage this is.",
}
"""The keys by which the branches of a union are told apart; no attribute has them."""


@cache
def derive(root: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema that a document must satisfy to become `root` (draft 2020-12)."""
    (top,), definitions = msgspec.json.schema_components(
        (root,), schema_hook=_quantity, ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": root.__name__,
        **top,
        "$defs": definitions,
    }


def documented(root: type[msgspec.Struct]) -> dict[str, Any]:
    """The derived schema, and what only people need: descriptions and the names of cards."""
    schema: dict[str, Any] = json.loads(json.dumps(derive(root)))
    for name, definition in schema["$defs"].items():
        texts = {**TAGS, **_attribute_docstrings(_struct(name))}
        for attribute, property_ in definition["properties"].items():
            if attribute in texts:
                property_["description"] = texts[attribute]
    (limits,) = get_args(CardName)[1:]
    for node in _nodes(schema):
        if node.get("pattern") == limits.pattern:
            node["enum"] = list(cards.table())
    return schema


def _quantity(kind: type) -> dict[str, Any]:
    if not issubclass(kind, Quantity):
        raise NotImplementedError(kind)
    return {
        "type": ["string", "integer"] if kind is Cpu else "string",
        "pattern": kind.pattern.replace("$", END),
        **({"minimum": 0, "maximum": 10**9 - 1} if kind is Cpu else {}),
        "format": kind.__name__.lower(),
        "description": f"{kind.meaning[:1].upper()}{kind.meaning[1:]}.",
    }


def _struct(name: str) -> type[msgspec.Struct]:
    found: type[msgspec.Struct] = getattr(model, name, None) or getattr(demand, name)
    return found


def _attribute_docstrings(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Attribute -> the string literal that follows it, in the struct and its bases."""
    found: dict[str, str] = {}
    for kind in reversed(struct.__mro__):
        module = inspect.getmodule(kind)
        if module is not None and module.__name__.startswith("environments."):
            found |= _docstrings(module).get(kind.__name__, {})
    return found


@cache
def _docstrings(module: ModuleType) -> dict[str, dict[str, str]]:
    """Class -> attribute -> text."""
    body = ast.parse(inspect.getsource(module)).body
    return {node.name: dict(_texts(node.body)) for node in body if isinstance(node, ast.ClassDef)}


def _texts(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for before, after in pairwise(body):
        match before, after:
            case (
                ast.AnnAssign(target=ast.Name(id=attribute)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield attribute, " ".join(text.split())


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every map below the value, itself included."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def main() -> None:
    """Write the schema files."""
    for file, root in FILES.items():
        text = json.dumps(documented(root), indent=2, ensure_ascii=False) + "\n"
        (HERE / file).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
