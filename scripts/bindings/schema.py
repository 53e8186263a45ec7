"""What can be written into a resource, and what can be read from it?

Reads a provider's schema, either an extract for one provider or the whole output of
`terraform providers schema -json`, into the few facts that a class is made of.
Left out: what is deprecated, and from the arguments what only the provider sets.
How it looks in Python is left to `source`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Primitive = Literal["string", "number", "bool", "dynamic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A list or set (`list`), or a map, of one kind of thing."""

    shape: Literal["list", "map"]
    of: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Named values: a nested block, a nested attribute or an object; all alike in JSON."""

    arguments: tuple[Argument, ...]


Type = Primitive | Collection | Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A value that can be written."""

    name: str
    type: Type
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A resource, a data source or a provider's configuration."""

    arguments: tuple[Argument, ...]
    attributes: Mapping[str, Type]
    """What the provider fills in, by name."""


class Schema:
    """The schema of one provider."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def provider(self) -> Element:
        """The provider's own configuration."""
        found: Mapping[str, Any] = (
            self._document.get("provider_schema") or self._document.get("provider") or {}
        )
        return _element(found.get("block", {}))

    def resource(self, name: str) -> Element:
        """The resource of that type; KeyError where the provider has none."""
        return _element(self._document["resource_schemas"][name]["block"])

    def data_source(self, name: str) -> Element:
        """The data source of that type; KeyError where the provider has none."""
        return _element(self._document["data_source_schemas"][name]["block"])


def read(path: Path, source: str) -> Schema:
    """The schema of the provider `source` (`hashicorp/helm`) from a file or a folder of extracts.

    KeyError where it is not in there.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        for address, schema in document.get("provider_schemas", {}).items():
            if _same(address, source):
                return Schema(schema)
        if _same(document.get("source", ""), source) and "resource_schemas" in document:
            return Schema(document)
    raise KeyError(source)


def _same(address: str, source: str) -> bool:
    return address == source or address.endswith(f"/{source}")


def _element(block: Mapping[str, Any]) -> Element:
    attributes = {
        name: _type(attribute)
        for name, attribute in block.get("attributes", {}).items()
        if attribute.get("computed") and not attribute.get("deprecated")
    }
    arguments = tuple(
        # An `id` that is optional too is a habit of the providers' framework, not an argument.
        argument
        for argument in _arguments(block)
        if argument.name != "id" or "id" not in attributes
    )
    return Element(arguments=arguments, attributes=attributes)


def _arguments(block: Mapping[str, Any]) -> tuple[Argument, ...]:
    attributes = [
        Argument(name=name, type=_type(attribute), required=attribute.get("required", False))
        for name, attribute in block.get("attributes", {}).items()
        if (attribute.get("required") or attribute.get("optional"))
        and not attribute.get("deprecated")
    ]
    blocks = [
        Argument(name=name, type=_nested(nested), required=nested.get("min_items", 0) > 0)
        for name, nested in block.get("block_types", {}).items()
        if not nested["block"].get("deprecated")
    ]
    return tuple(sorted(attributes + blocks, key=lambda argument: argument.name))


def _type(attribute: Mapping[str, Any]) -> Type:
    nested = attribute.get("nested_type")
    if nested is None:
        return _constraint(attribute["type"])
    return _wrapped(Block(arguments=_arguments(nested)), nested["nesting_mode"])


def _nested(block_type: Mapping[str, Any]) -> Type:
    block = Block(arguments=_arguments(block_type["block"]))
    # Terraform's JSON takes one block for a list that holds one at most.
    if block_type.get("max_items") == 1:
        return block
    return _wrapped(block, block_type["nesting_mode"])


def _wrapped(block: Block, nesting: str) -> Type:
    match nesting:
        case "single" | "group":
            return block
        case "list" | "set":
            return Collection(shape="list", of=block)
        case "map":
            return Collection(shape="map", of=block)
        case _:
            raise ValueError(f"unknown nesting mode: {nesting}")


def _constraint(constraint: Any) -> Type:
    """A type as Terraform writes it: `"string"`, `["list", "string"]`, `["object", {...}]`."""
    match constraint:
        case "string":
            return "string"
        case "number":
            return "number"
        case "bool":
            return "bool"
        case "dynamic":
            return "dynamic"
        case ["list" | "set", of]:
            return Collection(shape="list", of=_objects_of_blocks(of))
        case ["map", of]:
            return Collection(shape="map", of=_constraint(of))
        case ["object", fields, *optional]:
            return _object(fields, set(fields) - set(*optional))
        case _:
            raise ValueError(f"unknown type: {constraint}")


def _objects_of_blocks(constraint: Any) -> Type:
    # A list of objects is a list of blocks in disguise: its members may be left out.
    match constraint:
        case ["object", fields]:
            return _object(fields, set())
        case _:
            return _constraint(constraint)


def _object(fields: Mapping[str, Any], required: set[str]) -> Block:
    return Block(
        arguments=tuple(
            Argument(name=name, type=_constraint(field), required=name in required)
            for name, field in sorted(fields.items())
        )
    )
