"""Whatever a file holds, loading it ends in a model or in problems with their places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from environments import load
from environments.errors import InvalidInput, Problem
from environments.yaml_reader import parse
from tests.examples import times
from tests.properties import strategies

TEXTS = {
    name: (load.HERE / f"{name}.yaml").read_text(encoding="utf-8") for name in ("lab", "staging")
}
DEMANDS = {
    name: (load.HERE / "demand" / f"{name}.yaml").read_text(encoding="utf-8") for name in TEXTS
}
LINE_END = re.compile(r"\r\n?|[\n\x85\u2028\u2029]")
TOKEN = re.compile(r"\"[^\"]*\"|[^,{}\[\]#\n]+")
SHARED_FOLDER = times(1.5)
"""Every example writes the same file anew, so that one folder does for all."""


def problems(folder: Path, environment: bytes, demand: bytes | None = None) -> tuple[Problem, ...]:
    (folder / "demand").mkdir(exist_ok=True)
    (folder / "lab.yaml").write_bytes(environment)
    (folder / "demand" / "lab.yaml").unlink(missing_ok=True)
    if demand is not None:
        (folder / "demand" / "lab.yaml").write_bytes(demand)
    try:
        load.load(str(folder / "lab.yaml"))
    except InvalidInput as invalid:
        return invalid.problems
    return ()


def assert_inside(found: tuple[Problem, ...], *contents: bytes) -> None:
    """Every problem is one printable line, at a place that its file has."""
    for problem in found:
        content = contents[-1] if "/demand/" in problem.file else contents[0]
        lines = LINE_END.split(content.decode("utf-8", "replace"))
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert str(problem).isprintable()
        assert re.fullmatch(r"[a-z-]+", problem.rule)


@SHARED_FOLDER
@given(st.binary(max_size=300))
def test_any_bytes_are_told_what_is_wrong_with_them(tmp_path: Path, content: bytes) -> None:
    found = problems(tmp_path, content)

    assert found
    assert_inside(found, content)


@SHARED_FOLDER
@given(st.text(alphabet=":{}[]-?&*!|>%@`#,'\" \t\n\rab1~<", max_size=80))
def test_any_signs_of_yaml_are_told_what_is_wrong_with_them(tmp_path: Path, text: str) -> None:
    found = problems(tmp_path, text.encode())

    assert found
    assert_inside(found, text.encode())


@SHARED_FOLDER
@given(strategies.data)
def test_any_data_is_told_what_is_wrong_with_it(tmp_path: Path, data: object) -> None:
    content = yaml.safe_dump(data, allow_unicode=True).encode()

    found = problems(tmp_path, content)

    assert found
    assert_inside(found, content)


@SHARED_FOLDER
@given(strategies.mistyped(TEXTS["lab"]))
def test_slips_in_an_environment_never_end_in_a_traceback(tmp_path: Path, text: str) -> None:
    assert_inside(problems(tmp_path, text.encode()), text.encode())


@SHARED_FOLDER
@given(strategies.mistyped(TEXTS["lab"]), strategies.mistyped(DEMANDS["lab"]))
def test_slips_in_both_files_never_end_in_a_traceback(
    tmp_path: Path, environment: str, demand: str
) -> None:
    found = problems(tmp_path, environment.encode(), demand.encode())

    assert_inside(found, environment.encode(), demand.encode())


@SHARED_FOLDER
@given(
    strategies.broken(yaml.safe_load(TEXTS["lab"])),
    strategies.broken(yaml.safe_load(DEMANDS["lab"])),
)
def test_broken_data_never_ends_in_a_traceback(
    tmp_path: Path, environment: object, demand: object
) -> None:
    contents = [yaml.safe_dump(it, allow_unicode=True).encode() for it in (environment, demand)]

    assert_inside(problems(tmp_path, *contents), *contents)


# --- one broken field ----------------------------------------------------------------


def leaves(text: str) -> list[tuple[str, int, int, int]]:
    """The path of every scalar of the text, with its line (from 0) and its columns."""
    document = parse(text.encode(), "it.yaml")
    lines = text.splitlines()
    found = []
    for path in strategies.paths(document.data):
        value = document.data
        for part in path:
            value = value[part]
        if not isinstance(value, dict | list):
            place = document.place(path)
            token = TOKEN.match(lines[place.line - 1], place.column - 1)
            assert token is not None
            dotted = ".".join(str(part) for part in path)
            found.append((dotted, place.line - 1, token.start(), token.end()))
    return found


def broken_at(text: str, line: int, start: int, end: int, instead: str) -> str:
    lines = text.splitlines()
    lines[line] = f"{lines[line][:start]}{instead}{lines[line][end:]}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("instead", ["{}", "[[]]", "{x: 1}"])
@pytest.mark.parametrize("name", ["lab", "staging"])
def test_a_field_of_the_wrong_kind_is_the_only_thing_told(
    name: str, instead: str, tmp_path: Path
) -> None:
    for path, line, start, end in leaves(TEXTS[name]):
        text = broken_at(TEXTS[name], line, start, end, instead)
        text = text.replace(f"name: {name}", "name: lab")

        found = problems(tmp_path, text.encode(), DEMANDS[name].encode())

        assert len(found) == 1, (path, [str(problem) for problem in found])
        assert found[0].line == line + 1, path


@pytest.mark.parametrize("instead", ["{}", "[[]]", "{x: 1}"])
@pytest.mark.parametrize("name", ["lab", "staging"])
def test_a_demanded_field_of_the_wrong_kind_is_the_only_thing_told(
    name: str, instead: str, tmp_path: Path
) -> None:
    environment = TEXTS[name].replace(f"name: {name}", "name: lab").encode()
    for path, line, start, end in leaves(DEMANDS[name]):
        text = broken_at(DEMANDS[name], line, start, end, instead)

        found = problems(tmp_path, environment, text.encode())

        assert len(found) == 1, (path, [str(problem) for problem in found])
        assert found[0].line == line + 1, path
