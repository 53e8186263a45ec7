"""Blocks, attributes and types of Terraform JSON against the schemas of the providers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from tests.conformance import facts
from tests.conformance.mistakes import Mistake, is_expression

META = {
    "//",
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
}
"""What Terraform itself reads in every resource."""
OF_PROVIDERS = {"alias", "version"}
BUILT_IN = {"terraform_data", "terraform_remote_state"}
OUTER: dict[str, type] = {"list": list, "set": list, "map": dict, "object": dict}
SCALARS: dict[str, tuple[type, ...]] = {"string": (str,), "bool": (bool,), "number": (int, float)}


def mistakes(stack: dict[str, Any]) -> Iterator[Mistake]:
    """Everything of the stack that does not fit the schema of its provider."""
    for section, kind in (("resource", "resource"), ("data", "data_source")):
        for name, bodies in stack.get(section, {}).items():
            block = facts.block_of(kind, name)
            for id_, body in bodies.items():
                address = f"{name}.{id_}" if section == "resource" else f"data.{name}.{id_}"
                if block is not None:
                    yield from _block(block, body, address, "", META)
                elif name not in BUILT_IN:
                    yield _mistake(address, "", "unknown-type", "no provider has it")
    for name, bodies in stack.get("provider", {}).items():
        schema = facts.providers()[name]["provider_schema"]["block"]
        for body in bodies:
            yield from _block(schema, body, f"provider.{name}", "", OF_PROVIDERS)


def _mistake(address: str, path: str, kind: str, message: str) -> Mistake:
    return Mistake(address=address, path=path.lstrip("."), kind=kind, message=message)


def _block(
    block: Any, body: Any, address: str, path: str, meta: Collection[str] = ()
) -> Iterator[Mistake]:
    attributes = block.get("attributes", {})
    blocks = block.get("block_types", {})
    yield from _attributes(attributes, body, address, path, known={*blocks, *meta})
    for name, inner in blocks.items():
        yield from _blocks(inner, body.get(name), address, f"{path}.{name}")


def _attributes(
    attributes: Any, body: Any, address: str, path: str, known: set[str]
) -> Iterator[Mistake]:
    for name, value in body.items():
        here = f"{path}.{name}"
        if name in attributes:
            yield from _attribute(attributes[name], value, address, here)
        elif name not in known:
            yield _mistake(address, here, "unknown-argument", "the provider does not know it")
    for name, attribute in attributes.items():
        if attribute.get("required") and body.get(name) is None:
            yield _mistake(address, f"{path}.{name}", "missing", "it is required")


def _attribute(attribute: Any, value: Any, address: str, path: str) -> Iterator[Mistake]:
    if value is None:
        return
    if not attribute.get("required") and not attribute.get("optional"):
        yield _mistake(address, path, "read-only", "the provider sets it")
    elif attribute.get("deprecated"):
        yield _mistake(address, path, "deprecated", "the provider has another for it")
    if nested := attribute.get("nested_type"):
        yield from _nested(nested, value, address, path)
    else:
        yield from _type(attribute["type"], value, address, path)


def _nested(nested: Any, value: Any, address: str, path: str) -> Iterator[Mistake]:
    if is_expression(value):
        return
    mode, attributes = nested["nesting_mode"], nested["attributes"]
    wanted = dict if mode == "single" else OUTER[mode]
    if not isinstance(value, wanted):
        yield _wrong(address, path, f"{mode} of objects", value)
        return
    for at, item in [("", value)] if mode == "single" else _items(value):
        if isinstance(item, dict):
            yield from _attributes(attributes, item, address, f"{path}{at}", set())
        elif not is_expression(item):
            yield _wrong(address, f"{path}{at}", "object", item)


def _blocks(inner: Any, value: Any, address: str, path: str) -> Iterator[Mistake]:
    items = [] if value is None else value if isinstance(value, list) else [value]
    if len(items) < inner.get("min_items", 0):
        least = inner["min_items"]
        yield _mistake(address, path, "too-few", f"at least {least} blocks; got {len(items)}")
    if inner.get("max_items") and len(items) > inner["max_items"]:
        most = inner["max_items"]
        yield _mistake(address, path, "too-many", f"at most {most} blocks; got {len(items)}")
    for index, item in enumerate(items):
        here = f"{path}[{index}]"
        if isinstance(item, dict):
            yield from _block(inner["block"], item, address, here)
        else:
            yield _wrong(address, here, "block", item)


def _type(kind: Any, value: Any, address: str, path: str) -> Iterator[Mistake]:
    if is_expression(value) or value is None:
        return
    match kind:
        case str():
            fits = kind == "dynamic" or isinstance(value, SCALARS[kind])
            if not fits or (kind == "number" and isinstance(value, bool)):
                yield _wrong(address, path, kind, value)
        case ["object", fields] if isinstance(value, dict):
            for key in value.keys() - fields.keys():
                message = "the object lacks it"
                yield _mistake(address, f"{path}.{key}", "unknown-argument", message)
            for key in value.keys() & fields.keys():
                yield from _type(fields[key], value[key], address, f"{path}.{key}")
        case [outer, inner] if isinstance(value, OUTER[outer]):
            for at, item in _items(value):
                yield from _type(inner, item, address, f"{path}{at}")
        case [outer, *_]:
            yield _wrong(address, path, str(outer), value)


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f".{key}", item) for key, item in value.items())
    else:
        yield from ((f"[{index}]", item) for index, item in enumerate(value))


def _wrong(address: str, path: str, wanted: str, value: Any) -> Mistake:
    message = f"must be a {wanted}; got {type(value).__name__}"
    return _mistake(address, path, "wrong-type", message)
