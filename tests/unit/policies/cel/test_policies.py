"""Each policy says offline what its examples say, in every kind of place."""

from __future__ import annotations

from typing import Any

import pytest

from components.addons import namespaces
from environments.admission import POLICIES
from environments.admission.place import Place
from environments.admission.policy import Policy as Definition
from policies.cel import text
from policies.cel.policy import Policy, Validation
from tests.unit.addons import fleets

PLACES = [
    (name, Place(environment=fleets.fleet(rdma=rdma, whole_cards=whole), cluster_name=name))
    for rdma in (True, False)
    for whole in (0, 1, 2)
    for name in ("whole", "slices", "claims")
]
CASES = [
    pytest.param(policy, place, id=f"{policy.name}-{name}-{at}")
    for at, (name, place) in enumerate(PLACES)
    for policy in POLICIES
    if policy.applies(place)
]


@pytest.mark.parametrize(("definition", "place"), CASES)
def test_the_texts_are_of_the_right_types(definition: Definition, place: Place) -> None:
    _policy(definition, place).check()


@pytest.mark.parametrize(("definition", "place"), CASES)
def test_a_policy_refuses_what_its_examples_say(definition: Definition, place: Place) -> None:
    policy = _policy(definition, place)

    for example in definition.examples(place):
        refusals = policy.refusals(_request(example.manifest, place))

        assert bool(refusals) is not example.allowed, example.title
        assert not any(refusal.broken for refusal in refusals), refusals


@pytest.mark.parametrize(("definition", "place"), CASES)
def test_a_policy_has_nothing_against_the_examples_of_others(
    definition: Definition, place: Place
) -> None:
    policy = _policy(definition, place)
    others = [one for one in POLICIES if one is not definition and one.applies(place)]

    for other in (one for one in others if one.resources == definition.resources):
        for example in other.examples(place):
            assert policy.refusals(_request(example.manifest, place)) == [], example.title


@pytest.mark.parametrize(("definition", "place"), CASES)
def test_all_parts_at_once_say_what_they_say_one_by_one(
    definition: Definition, place: Place
) -> None:
    policy = _policy(definition, place)

    for example in definition.examples(place):
        request = _request(example.manifest, place)
        at_once = text.evaluated(policy._whole, text.activation(request))

        assert at_once is example.allowed, example.title


class TestOneByOne:
    def test_a_broken_variable_harms_only_those_who_use_it(self) -> None:
        policy = _made(
            variables={"broken": "object.missing", "fine": "1"},
            validations=("variables.broken == 1", "variables.fine == 2"),
        )

        found = policy.refusals({"object": {}})

        assert [(one.validation, one.broken) for one in found] == [(0, True), (1, False)]
        assert found[0].message == 'variable broken: NOT_FOUND: Key not found in map : "missing"'

    def test_a_policy_that_ignores_failures_lets_broken_ones_pass(self) -> None:
        policy = _made(validations=("object.missing == 1",), on_error="Ignore")

        assert policy.refusals({"object": {}}) == []

    def test_a_false_condition_keeps_the_policy_out(self) -> None:
        policy = _made(
            conditions={"no": "false", "broken": "object.missing"}, validations=("false",)
        )

        assert policy.refusals({"object": {}}) == []

    def test_a_broken_condition_is_no_answer(self) -> None:
        policy = _made(conditions={"broken": "object.missing"}, validations=("true",))

        (found,) = policy.refusals({"object": {}})

        assert found.broken
        assert found.message.startswith("condition broken: ")

    def test_a_message_that_breaks_gives_way_to_the_plain_one(self) -> None:
        one = Validation(expression="false", message="object.missing", plain="no")
        policy = Policy(name="p", conditions={}, variables={}, validations=(one,))

        assert [found.message for found in policy.refusals({"object": {}})] == ["no"]


def _made(
    *,
    validations: tuple[str, ...],
    variables: dict[str, str] | None = None,
    conditions: dict[str, str] | None = None,
    on_error: Any = "Fail",
) -> Policy:
    return Policy(
        name="made",
        conditions=conditions or {},
        variables=variables or {},
        validations=tuple(Validation(expression=one) for one in validations),
        on_error=on_error,
    )


def _policy(definition: Definition, place: Place) -> Policy:
    return Policy(
        name=definition.name,
        conditions=definition.conditions,
        variables=definition.all_variables(place),
        validations=tuple(
            Validation(expression=one.expression, message=one.message)
            for one in definition.validations
        ),
    )


def _request(manifest: Any, place: Place) -> dict[str, Any]:
    made = namespaces.addon(place.environment, place.cluster_name, fleets.demand()).manifests
    name = manifest["metadata"]["namespace"]
    known = {found["metadata"]["name"]: dict(found) for found in made}
    namespace = known.get(name, {"metadata": {"name": name}})
    return {
        "object": manifest,
        "request": {"operation": "CREATE"},
        "namespaceObject": namespace,
    }
