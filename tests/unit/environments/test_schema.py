"""The schema files are fresh, valid, and describe everything; stand-ins fit into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from environments import cards, load, schema, sound
from environments.words import END

ROOTS = list(schema.FILES.items())


def properties(root: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, definition in root["$defs"].items():
        for key, property_ in definition["properties"].items():
            yield name, key, property_


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_the_schema_file_is_what_the_model_says(file: str, root: Any) -> None:
    written = (schema.HERE / file).read_text(encoding="utf-8")

    assert json.loads(written) == schema.documented(root), "run: python -m environments.schema"


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_the_schema_is_valid_json_schema(file: str, root: Any) -> None:
    documented = schema.documented(root)

    Draft202012Validator.check_schema(documented)
    assert documented["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_every_property_and_every_struct_is_described(file: str, root: Any) -> None:
    documented = schema.documented(root)

    bare = [
        f"{name}.{key}" for name, key, it in properties(documented) if not it.get("description")
    ]
    assert bare == []
    assert all(definition.get("description") for definition in documented["$defs"].values())


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_unknown_keys_are_refused_everywhere(file: str, root: Any) -> None:
    for definition in schema.derive(root)["$defs"].values():
        assert definition["additionalProperties"] is False


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_no_pattern_lets_a_newline_pass_at_its_end(file: str, root: Any) -> None:
    patterns = re.findall(r'"pattern": "((?:[^"\\]|\\.)*)"', json.dumps(schema.derive(root)))

    assert patterns
    assert all(json.loads(f'"{pattern}"').endswith(END) for pattern in patterns)


def test_editors_are_told_the_names_of_cards() -> None:
    documented = schema.documented(schema.FILES["environment.schema.json"])

    assert documented["$defs"]["Pool"]["properties"]["card"]["enum"] == list(cards.table())


@pytest.mark.parametrize("name", load.names())
@pytest.mark.parametrize(("folder", "file"), [(".", "./environment"), ("demand", "../demand")])
def test_every_file_tells_editors_its_schema(name: str, folder: str, file: str) -> None:
    first = (load.HERE / folder / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == f"# yaml-language-server: $schema={file}.schema.json"


@pytest.mark.parametrize(("file", "root"), ROOTS)
def test_there_is_a_stand_in_for_every_key_that_some_map_cannot_be_without(
    file: str, root: Any
) -> None:
    derived = schema.derive(root)

    for name, definition in derived["$defs"].items():
        stand_ins = sound.ROOT_STAND_INS if name == root.__name__ else sound.STAND_INS
        for key in definition["required"]:
            part = {**derived, "$ref": f"#/$defs/{name}/properties/{key}"}
            if key in schema.TAGS:
                continue  # Any tag will do; the property of a struct allows its own only.
            Draft202012Validator(part).validate(stand_ins[key])
