"""What is said of every bad file in `tests/fixtures/bad`, to the letter.

One file for each fault; beside it, what is said. After a wanted change, see what
became of the messages: `FLEET_UPDATE=1 pytest tests/unit/environments/test_bad_files.py`,
then `git diff`.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from environments import load
from environments.errors import InvalidInput

BAD = Path(__file__).parents[2] / "fixtures" / "bad"
FILES = sorted(BAD.glob("*.yaml"))
LINE = re.compile(r"(demand/)?[a-z0-9-]+\.yaml:[1-9][0-9]*:[1-9][0-9]*: [a-z-]+: [^A-Z ].*[^.]")


def said_of(file: Path) -> str:
    with pytest.raises(InvalidInput) as raised:
        load.load(file.name)
    return f"{raised.value}\n"


@pytest.fixture(autouse=True)
def _among_the_bad_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_bad_file_is_told_what_is_wrong_with_it(file: Path) -> None:
    expected = file.with_suffix(".expected")
    said = said_of(file)
    if os.environ.get("FLEET_UPDATE"):
        expected.write_text(said, encoding="utf-8")

    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_line_has_a_place_a_fault_and_a_sentence(file: Path) -> None:
    for line in said_of(file).splitlines():
        assert LINE.fullmatch(line), line
        assert len(line) < 300


def test_no_expectation_is_left_of_a_file_that_is_gone() -> None:
    assert {file.stem for file in BAD.glob("*.expected")} == {file.stem for file in FILES}
    assert {file.stem for file in BAD.glob("demand/*.yaml")} <= {file.stem for file in FILES}


def test_there_is_a_bad_file_for_every_fault() -> None:
    source = Path(load.__file__).parent
    words = {
        node.value
        for file in source.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call | ast.Return)
        for node in ast.iter_child_nodes(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    faults = {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)+", word)}
    said = {
        line.split(": ")[1]
        for file in BAD.glob("*.expected")
        for line in file.read_text("utf-8").splitlines()
    }

    assert len(said) > 40
    # That would be a long file; and those are warnings, of good ones.
    warnings = {"unlocked-states", "ignored-key", "cordoned-and-autoscaled"}
    assert faults - said == {"too-many-problems", *warnings}
