"""The examples in each cloud's README are environments: they load, and become stacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from components import clouds
from environments import load
from stacks import names
from stacks.request import Order
from tests import synthesized

FOLDER = Path(clouds.__file__).parent
EXAMPLE = re.compile(r"^```yaml\n(name: .*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Cloud and text of every whole environment in a README."""
    return [
        (readme.parent.name, text)
        for readme in sorted(FOLDER.glob("*/README.md"))
        for text in EXAMPLE.findall(readme.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(
    ("cloud", "text"), examples(), ids=lambda value: value.splitlines()[0].removeprefix("name: ")
)
def test_an_example_becomes_stacks(cloud: str, text: str, tmp_path: Path) -> None:
    name = text.splitlines()[0].removeprefix("name: ")
    file = tmp_path / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    loaded = load.load(str(file))

    written = synthesized.stacks(
        Order(environment=loaded.environment, demand=loaded.demand, state=tmp_path)
    )

    assert {warning.rule for warning in loaded.warnings} <= {"unlocked-states"}
    assert set(written) == {str(stack) for stack in names.order(loaded.environment)}
    assert {
        cluster.cloud.__class__.__name__.lower() for cluster in loaded.environment.clusters.values()
    } == {cloud}
    assert all(synthesized.strangers(stack) == set() for stack in written.values())


@pytest.mark.parametrize("cloud", ["volcengine", "tencentcloud", "alicloud", "private"])
def test_a_cloud_has_a_least_and_a_full_example_and_dated_surprises(cloud: str) -> None:
    text = (FOLDER / cloud / "README.md").read_text(encoding="utf-8")

    assert len(EXAMPLE.findall(text)) >= 2
    surprises = text.partition("## Surprises")[2]
    assert len(re.findall(r"^- 20[0-9]{2}-[0-9]{2}", surprises, re.MULTILINE)) >= 2
