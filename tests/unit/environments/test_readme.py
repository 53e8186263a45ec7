"""`environments/README.md` says what is so: its tables, its examples and its output.

`FLEET_UPDATE=1 pytest tests/unit/environments/test_readme.py` renews tables and output.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import get_args

import pytest

from environments import load, replacements
from environments.clouds import Provider
from environments.demand import Demand
from environments.errors import InvalidInput
from environments.model import Environment
from scripts import main
from tests.unit.environments import made
from tests.unit.environments.readme_tables import table

ROOT = Path(__file__).parents[3]
README = ROOT / "environments" / "README.md"
TABLES = {"environment": Environment, "demand": Demand}


def between(opening: str) -> str:
    match = re.search(
        rf"<!-- {opening} -->\n(.*?)<!-- end -->", README.read_text("utf-8"), re.DOTALL
    )
    assert match, opening
    return match[1]


def assert_says(opening: str, expected: str) -> None:
    if os.environ.get("FLEET_UPDATE"):
        text = README.read_text("utf-8").replace(
            f"<!-- {opening} -->\n{between(opening)}", f"<!-- {opening} -->\n{expected}"
        )
        README.write_text(text, encoding="utf-8")

    assert between(opening) == expected


def example(name: str) -> str:
    match = re.search(
        rf"<!-- example: {name} -->\n```yaml\n(.*?)```", README.read_text("utf-8"), re.DOTALL
    )
    assert match, name
    return match[1]


@pytest.mark.parametrize(("name", "root"), list(TABLES.items()))
def test_the_readme_has_every_key(name: str, root: type[Environment | Demand]) -> None:
    assert_says(f"keys: {name}", f"\n{table(root)}\n\n")


def test_the_readme_shows_what_is_really_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    file = "tests/fixtures/bad/several-at-once.yaml"
    with pytest.raises(InvalidInput) as raised:
        load.load(file)

    assert_says(
        f"output: {file}", f"\n```console\n$ fleet validate {file}\n{raised.value}\n```\n\n"
    )


def test_the_readme_tells_what_every_change_of_a_pool_does() -> None:
    clouds = list(get_args(Provider))
    lines = [
        f"| key | change | {' | '.join(clouds)} |",
        f"|---|---|{'---|' * len(clouds)}",
    ]
    for row in replacements.table():
        shown = (row.effects[cloud].action.replace("_", " ") for cloud in clouds)
        lines.append(f"| `{row.key}` | {row.change} | {' | '.join(shown)} |")
    meaning = [
        f"- *{action.replace('_', ' ')}*: {text}" for action, text in replacements.MEANING.items()
    ]

    assert_says("replacements", "\n".join(["", *lines, "", *meaning, "", ""]))


def test_the_readme_shows_what_the_catalogue_prints(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = re.findall(r"\$ fleet (catalog .*)\n((?:.+\n)+?)```", README.read_text("utf-8"))

    assert main.run(shown[0].split()) == 0
    assert capsys.readouterr().out == shown[1]


def test_the_examples_of_the_readme_are_good(tmp_path: Path) -> None:
    assert made.problems(tmp_path, example("environment"), example("demand")) == ()
