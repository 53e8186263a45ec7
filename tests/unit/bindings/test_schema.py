"""What the generator understands of a provider's schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.bindings import schema
from scripts.bindings.schema import Argument, Block, Collection, Element


def element(**block: Any) -> Element:
    return schema.Schema({"resource_schemas": {"x_thing": {"block": block}}}).resource("x_thing")


def test_what_only_the_provider_sets_is_read_and_never_written() -> None:
    found = element(attributes={"uid": {"type": "string", "computed": True}})

    assert found == Element(arguments=(), attributes={"uid": "string"})


def test_what_may_be_left_to_the_provider_is_written_and_read() -> None:
    found = element(attributes={"size": {"type": "number", "optional": True, "computed": True}})

    assert found.arguments == (Argument(name="size", type="number", required=False),)
    assert found.attributes == {"size": "number"}


def test_an_id_that_is_optional_too_is_no_argument() -> None:
    found = element(attributes={"id": {"type": "string", "optional": True, "computed": True}})

    assert found == Element(arguments=(), attributes={"id": "string"})


def test_what_is_deprecated_is_left_out() -> None:
    found = element(
        attributes={"old": {"type": "string", "optional": True, "deprecated": True}},
        block_types={"older": {"nesting_mode": "list", "block": {"deprecated": True}}},
    )

    assert found == Element(arguments=(), attributes={})


def test_a_block_that_holds_one_at_most_is_one_block() -> None:
    inner = {"attributes": {"name": {"type": "string", "required": True}}}
    found = element(
        block_types={
            "one": {"nesting_mode": "list", "min_items": 1, "max_items": 1, "block": inner},
            "some": {"nesting_mode": "set", "block": inner},
        }
    )

    block = Block(arguments=(Argument(name="name", type="string", required=True),))
    assert found.arguments == (
        Argument(name="one", type=block, required=True),
        Argument(name="some", type=Collection(shape="list", of=block), required=False),
    )


def test_nested_attributes_are_blocks_in_their_nesting() -> None:
    nested = {"attributes": {"key": {"type": "string", "required": True}}}
    found = element(
        attributes={
            "one": {"nested_type": {"nesting_mode": "single", **nested}, "optional": True},
            "named": {"nested_type": {"nesting_mode": "map", **nested}, "optional": True},
        }
    )

    block = Block(arguments=(Argument(name="key", type="string", required=True),))
    assert [argument.type for argument in found.arguments] == [
        Collection(shape="map", of=block),
        block,
    ]


def test_members_of_an_object_are_required_unless_it_says_otherwise() -> None:
    constraint = ["object", {"a": "string", "b": "bool"}, ["b"]]
    found = element(attributes={"thing": {"type": constraint, "required": True}})

    assert found.arguments[0].type == Block(
        arguments=(
            Argument(name="a", type="string", required=True),
            Argument(name="b", type="bool", required=False),
        )
    )


def test_a_list_of_objects_is_a_list_of_blocks_whose_members_may_be_left_out() -> None:
    found = element(
        attributes={"things": {"type": ["list", ["object", {"a": "string"}]], "optional": True}}
    )

    block = Block(arguments=(Argument(name="a", type="string", required=False),))
    assert found.arguments[0].type == Collection(shape="list", of=block)


def test_a_nesting_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown nesting mode: cube"):
        element(block_types={"x": {"nesting_mode": "cube", "block": {}}})


def test_an_extract_and_the_output_of_terraform_read_alike(tmp_path: Path) -> None:
    resources = {"x_thing": {"block": {"attributes": {"a": {"type": "string", "required": True}}}}}
    extract = tmp_path / "extract.json"
    extract.write_text(
        json.dumps({"source": "registry.example.com/acme/x", "resource_schemas": resources})
    )
    output = tmp_path / "output.json"
    output.write_text(
        json.dumps({"provider_schemas": {"reg.example/acme/x": {"resource_schemas": resources}}})
    )

    from_extract = schema.read(extract, "acme/x").resource("x_thing")
    from_output = schema.read(output, "acme/x").resource("x_thing")

    assert from_extract == from_output


def test_a_provider_that_is_not_in_the_file_is_a_key_error(tmp_path: Path) -> None:
    (tmp_path / "some.json").write_text('{"source": "registry.example.com/acme/other"}')

    with pytest.raises(KeyError, match="acme/x"):
        schema.read(tmp_path, "acme/x")
