"""Every stack of every environment is what its providers take: shape, values, references.

The providers refuse most of this only when someone plans; what an API refuses
beyond it, only when someone applies.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from environments import load
from environments.model import Nodes, Pool
from stacks.request import Order
from tests import synthesized
from tests.conformance import everything, facts, references, shapes, states, values

pytestmark = facts.needed

CHECKERS = {"shape": shapes.mistakes, "values": values.mistakes, "references": references.mistakes}


@cache
def stacks(environment: str, *, twin: bool) -> dict[str, dict[str, Any]]:
    order = (
        synthesized.order(environment, twin=True, charts=None)
        if twin
        else synthesized.order(environment)
    )
    return synthesized.stacks(order)


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("twin", [False, True], ids=["clouds", "twin"])
@pytest.mark.parametrize("environment", load.names())
def test_a_provider_takes_every_stack(environment: str, twin: bool, checker: str) -> None:
    found = [
        f"{name}: {mistake}"
        for name, stack in stacks(environment, twin=twin).items()
        for mistake in CHECKERS[checker](stack)
    ]

    assert found == []


@pytest.mark.parametrize("twin", [False, True], ids=["clouds", "twin"])
@pytest.mark.parametrize("environment", load.names())
def test_every_stack_has_a_state_and_reads_what_is_in_another(environment: str, twin: bool) -> None:
    found = stacks(environment, twin=twin)

    assert [str(mistake) for mistake in states.mistakes(found)] == []


def test_what_is_checked_is_not_nothing() -> None:
    resources = [
        name for stack in stacks("expansion", twin=False).values() for name in stack["resource"]
    ]

    for provider in ("volcenginecc", "tencentcloud", "alicloud", "kubectl", "helm"):
        assert any(name.startswith(f"{provider}_") for name in resources), provider


# --- what the clouds' READMEs show ---------------------------------------------------------

FOLDER = Path(__file__).parents[2] / "components" / "clouds"
EXAMPLES = {
    f"{readme.parent.name} {index}": text
    for readme in sorted(FOLDER.glob("*/README.md"))
    for index, text in enumerate(
        block
        for block in re.findall(r"```yaml\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)
        if re.search("^clusters:", block, re.MULTILINE)
    )
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_provider_takes_what_a_readme_shows(example: str, tmp_path: Path) -> None:
    text = EXAMPLES[example]
    (name,) = re.findall(r"^name: (.*)$", text, re.MULTILINE)
    file = tmp_path / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = load.load(str(file))
    order = Order(environment=loaded.environment, demand=loaded.demand, state=tmp_path)

    found = [
        f"{stack}: {mistake}"
        for stack, body in synthesized.stacks(order).items()
        for checker in CHECKERS.values()
        for mistake in checker(body)
    ]

    assert found == []


# --- the corners -----------------------------------------------------------------------

FIELDS = Pool.__struct_fields__
SHARINGS = {"whole cards": "none", "slices": {"mode": "hami", "split": 10}}


@cache
def corner(provider: str, fleet: str, sharing: str) -> dict[str, dict[str, Any]]:
    make = everything.everything if fleet == "every word" else everything.nothing
    return synthesized.stacks(make(provider, SHARINGS[sharing]))


@pytest.mark.parametrize("checker", CHECKERS)
@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("fleet", ["every word", "no word"])
@pytest.mark.parametrize("provider", everything.PLACES)
def test_a_provider_takes_the_corners_too(
    provider: str, fleet: str, sharing: str, checker: str
) -> None:
    found = [
        f"{name}: {mistake}"
        for name, stack in corner(provider, fleet, sharing).items()
        for mistake in CHECKERS[checker](stack)
    ]

    assert found == []


@pytest.mark.parametrize("fleet", ["every word", "no word"])
@pytest.mark.parametrize("provider", everything.PLACES)
def test_the_corners_have_states_too(provider: str, fleet: str) -> None:
    found = corner(provider, fleet, "slices")

    assert [str(mistake) for mistake in states.mistakes(found)] == []


def test_every_word_of_a_pool_is_on_some_pool_of_the_corners() -> None:
    used = set()
    for provider in everything.PLACES:
        for cluster in everything.everything(provider, "none").environment.clusters.values():
            for pool in cluster.pools.values():
                unset = Pool(card=pool.card, cards_per_node=1, nodes=Nodes(desired=9))
                used |= {key for key in FIELDS if getattr(pool, key) != getattr(unset, key)}

    assert set(FIELDS) - used == {"card", "selector", "hosts", "unlisted"}
