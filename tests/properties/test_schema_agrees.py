"""The schema and the model say yes and no to the same documents.

An editor asks the schema, the loader asks the model first: were they to differ,
a file would be good in the one and bad in the other.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from environments import invariants, load, schema, shape, sound
from environments.demand import Demand
from environments.model import Environment
from environments.quantity import decode, encode
from environments.yaml_document import Document
from tests.conformance import everything
from tests.examples import times
from tests.properties import strategies

LAB = yaml.safe_load((load.HERE / "lab.yaml").read_text(encoding="utf-8"))
STAGING = yaml.safe_load((load.HERE / "staging.yaml").read_text(encoding="utf-8"))
DEMAND = yaml.safe_load((load.HERE / "demand" / "staging.yaml").read_text(encoding="utf-8"))
FULL = {
    name: msgspec.to_builtins(everything.everything(name, "none").environment, enc_hook=encode)
    for name in everything.PLACES
}


def model_accepts(data: Any, kind: type[msgspec.Struct]) -> bool:
    try:
        msgspec.convert(data, kind, dec_hook=decode)
    except msgspec.ValidationError:
        return False
    return True


def ours_accepts(data: Any, kind: type[msgspec.Struct]) -> bool:
    document = Document(file="it.yaml", data=data, readable=True)
    return not list(shape.faults(document, schema.derive(kind)))


def without_whole_floats(data: Any) -> Any:
    """JSON has one kind of number: to plain JSON Schema, 8.0 is a whole number."""
    match data:
        case float() if data.is_integer():
            return data + 0.5
        case dict():
            return {key: without_whole_floats(value) for key, value in data.items()}
        case list():
            return [without_whole_floats(value) for value in data]
        case _:
            return data


@times(3)
@given(strategies.broken(LAB) | strategies.broken(STAGING) | strategies.data)
def test_environments_are_accepted_by_both_or_by_none(data: Any) -> None:
    assert model_accepts(data, Environment) == ours_accepts(data, Environment)


@times(3)
@given(strategies.broken(DEMAND) | strategies.data)
def test_demands_are_accepted_by_both_or_by_none(data: Any) -> None:
    assert model_accepts(data, Demand) == ours_accepts(data, Demand)


@times(2)
@given(strategies.broken(LAB) | strategies.broken(STAGING))
def test_any_other_reader_of_the_schema_comes_to_the_same(data: Any) -> None:
    plain = without_whole_floats(data)
    validator = Draft202012Validator(schema.derive(Environment))

    assert validator.is_valid(plain) == model_accepts(plain, Environment)


@times(1.5)
@given(strategies.broken(LAB) | strategies.broken(STAGING) | strategies.data)
def test_of_any_document_a_model_is_made_that_checks_can_judge(data: Any) -> None:
    document = Document(file="it.yaml", data=data, readable=True)

    found = sound.sound(document, Environment)

    assert found.model is not None
    assert bool(found.faults) == (not model_accepts(data, Environment))


@times(3)
@given(st.sampled_from(list(FULL.values())).flatmap(strategies.broken))
def test_fleets_of_every_word_are_accepted_by_both_or_by_none(data: Any) -> None:
    assert model_accepts(data, Environment) == ours_accepts(data, Environment)


@times(2)
@given(st.sampled_from(list(FULL.values())).flatmap(strategies.broken))
def test_checks_judge_a_broken_fleet_of_every_word(data: Any) -> None:
    document = Document(file="it.yaml", data=data, readable=True)

    found = sound.sound(document, Environment)

    assert found.model is not None
    for fault in [*invariants.faults(found.model), *invariants.warnings(found.model)]:
        assert fault.message


@pytest.mark.parametrize(
    ("struct", "key"), [("Pool", "card"), ("Cluster", "sharing"), ("Hami", "split")]
)
@times(1)
@given(value=strategies.data)
def test_a_field_is_accepted_by_both_or_by_none(struct: str, key: str, value: Any) -> None:
    data = {**STAGING, "clusters": {"infer": {**STAGING["clusters"]["infer"]}}}
    infer = data["clusters"]["infer"]
    match struct:
        case "Cluster":
            infer[key] = value
        case "Hami":
            infer["sharing"] = {"mode": "hami", key: value}
        case _:
            infer["pools"] = {"v100": {**infer["pools"]["v100"], key: value}}

    assert model_accepts(data, Environment) == ours_accepts(data, Environment)


def test_the_strategies_break_and_spare() -> None:
    """Were every example broken, or none, agreement would mean little."""
    seen = set()

    @settings(max_examples=200, database=None)
    @given(st.data())
    def look(found: st.DataObject) -> None:
        seen.add(model_accepts(found.draw(strategies.broken(LAB)), Environment))

    look()
    assert seen == {True, False}
