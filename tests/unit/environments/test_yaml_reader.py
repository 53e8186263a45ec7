"""What is read of a YAML text, where it stands, and what is refused."""

from __future__ import annotations

import pytest

from environments.yaml_document import Document, Place
from environments.yaml_reader import MAX_BYTES, MAX_DEPTH, MAX_VALUES, parse


def read(text: str) -> Document:
    return parse(text.encode(), "it.yaml")


def said(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


# --- what is read --------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_they_like(ending: str) -> None:
    document = read(ending.join(["a: 1", "b:", "  - x", "  - y", ""]))

    assert document.data == {"a": 1, "b": ["x", "y"]}
    assert document.place(("b", 1)) == Place(4, 5)


def test_a_byte_order_mark_is_passed_over() -> None:
    document = read("\ufeffname: lab")

    assert document.data == {"name": "lab"}
    assert document.place(("name",)) == Place(1, 7)


def test_every_key_and_value_has_its_place() -> None:
    document = read("clusters:\n  a:\n    pools: {x: {card: H20}}\n")

    assert document.place(("clusters", "a", "pools", "x", "card")) == Place(3, 23)
    assert document.place(("clusters", "a", "pools", "x"), at_key=True) == Place(3, 13)


def test_what_does_not_stand_in_the_file_is_placed_at_what_should_hold_it() -> None:
    document = read("clusters:\n  a:\n    pools: {}\n")

    assert document.place(("clusters", "a", "kubernetes"), at_key=True) == Place(2, 3)


def test_a_value_that_is_not_there_is_placed_at_its_key() -> None:
    assert read("a:\nb: 1\nc:").place(("c",)) == Place(3, 1)


def test_columns_count_characters_and_not_bytes() -> None:
    assert read("{云: 1, b: 2}").place(("b",)) == Place(1, 11)


def test_quoted_text_is_never_anything_else() -> None:
    assert read("a: 'no'\nb: \"1.30\"\nc: |\n  010\n").data == {
        "a": "no",
        "b": "1.30",
        "c": "010\n",
    }


def test_an_alias_repeats_a_value_and_leads_to_where_it_was_written() -> None:
    document = read("a: &m\n  cpu: 1\nb: *m\nc: {d: *m}\n")

    assert document.data["c"]["d"] == {"cpu": 1}
    assert document.place(("b",)) == Place(3, 4)
    assert document.place(("b", "cpu")) == Place(2, 8)
    assert document.place(("c", "d", "cpu")) == Place(2, 8)


def test_an_alias_within_what_an_alias_repeats_is_followed_too() -> None:
    document = read("a: &a {x: 1}\nb: &b {y: *a}\nc: *b\n")

    assert document.place(("c", "y", "x")) == Place(1, 11)


# --- what is refused -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2\n", '2:1: duplicate-key: "a" stands at line 1 already'),
        ("<<: {a: 1}\n", "1:1: merge-key: merge keys are not read; write the fields out"),
        ("? [a]\n: 1\n", "1:3: not-a-key: a key must be plain text"),
        ("a: &a [*a]\n", "1:8: endless-alias: *a would hold itself"),
        ("a: *b\n", "1:4: unknown-alias: no &b stands above"),
        ("a: !!int '3'\n", "1:4: unknown-tag: tags are not read; remove tag:yaml.org,2002:int"),
        ("a: !!python/object:os.system {}\n", "1:4: unknown-tag: tags are not read; remove tag:yaml.org,2002:python/object:os.system"),
        ("a: 1\n---\nb: 2\n", "2:1: second-document: one file holds one document; split it at ---"),
        ("no: 1\n", "1:1: ambiguous-scalar: no is a truth value to some YAML readers; write true or false, or quote it"),
        ("", "1:1: empty-file: the file says nothing"),
        ("---\n", "1:1: empty-file: the file says nothing"),
        ("# nothing\n", "1:1: empty-file: the file says nothing"),
        ("a: \x00", "1:4: not-text: the character U+0000 cannot stand here; is this a YAML file?"),
        ("云: \ufeff", "1:4: not-text: the character U+FEFF cannot stand here; is this a YAML file?"),
        ("a:\n\tb: 1\n", "2:1: not-yaml: a tab where YAML wants spaces; indent with spaces"),
        ("- a\n\t- b\n", "2:1: not-yaml: a tab where YAML wants spaces; indent with spaces"),
        ("a: b: c\n", '1:5: not-yaml: a ":" too many, or a line indented too far; quote text that holds ": "'),
        ("a: 'x\n", "1:6: not-yaml: a quote that is not closed"),
        ("a: [1\n", '1:6: not-yaml: a "[" that is not closed, or a missing comma'),
        ("a: {b: 1\n", '1:9: not-yaml: a "{" that is not closed, or a missing comma'),
        ("a:\n    b: 1\n  c: 2\n", "3:3: not-yaml: the indentation does not fit the lines above (in what begins at line 1)"),
        ("@a: 1\n", "1:1: not-yaml: text cannot begin with this character; quote it"),
        ("%FOO\n---\na: 1\n", "1:5: not-yaml: found unknown directive name"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_in_one_way_is_refused(text: str, problem: str) -> None:
    assert said(text) == [f"it.yaml:{problem}"]


def test_several_problems_are_all_shown() -> None:
    found = said("a: no\na: 2\n? [x]\n: 1\nb: *c\nd: !x z\n")

    assert [line.split(": ")[1] for line in found] == [
        "ambiguous-scalar",
        "duplicate-key",
        "not-a-key",
        "unknown-alias",
        "unknown-tag",
    ]


def test_problems_within_a_refused_duplicate_are_shown_too() -> None:
    found = said("a: {b: 1}\na: {b: no}\n")

    assert len(found) == 2
    assert found[1].startswith("it.yaml:2:8: ambiguous-scalar")


def test_the_first_of_two_values_stays() -> None:
    assert read("a: 1\na: 2\na: 3\n").data == {"a": 1}


@pytest.mark.parametrize(
    "content", [b"\xff\xfea\x00", b"a: \xc3(", b"\x80", "é: 1".encode("latin-1")]
)
def test_what_is_not_utf_8_is_placed_at_its_first_wrong_byte(content: bytes) -> None:
    (problem,) = parse(content, "it.yaml").problems

    assert problem.rule == "not-text"
    assert problem.line == 1


def test_a_file_of_ten_megabytes_is_not_even_looked_at() -> None:
    (problem,) = parse(b"a: 1\n" * 2**21, "it.yaml").problems

    assert (
        str(problem) == "it.yaml:1:1: too-large: more than 2 MiB; an environment has some kilobytes"
    )
    assert MAX_BYTES < 10 * 2**20


@pytest.mark.parametrize(
    "text",
    ["- " * 500_000, "[" * 500_000, "{a: " * 300_000, "? " * 60, "[" * 70 + "]" * 70, "".join(f"{' ' * i}a:\n" for i in range(70))],
    ids=["dashes", "brackets", "braces", "questions", "closed", "indented"],
)  # fmt: skip
def test_nesting_ends_before_it_can_do_harm(text: str) -> None:
    rules = {problem.rule for problem in read(text).problems}

    assert rules <= {"too-deep", "not-a-key"}
    assert rules


def test_brackets_in_text_and_comments_are_no_nesting() -> None:
    assert said(f"# {'[' * 100}\na: '{'[' * 100}'\n") == []


def test_nesting_as_deep_as_allowed_is_read() -> None:
    assert said("[" * MAX_DEPTH + "x" + "]" * MAX_DEPTH) == []


def test_a_few_lines_of_aliases_do_not_become_a_billion_values() -> None:
    rows = [f"a{i + 1}: &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]" for i in range(20)]

    (problem,) = read("\n".join(["a0: &a0 [x, x]", *rows])).problems

    assert (problem.rule, problem.line) == ("too-large", 6)


def test_too_many_values_are_refused_where_they_begin_to_be_too_many() -> None:
    (problem,) = read("[" + "1," * MAX_VALUES + "1]").problems

    assert (problem.rule, problem.line) == ("too-large", 1)


def test_a_problem_in_each_of_many_lines_is_told_of_the_first_ones() -> None:
    problems = read("a: 1\n" * 90_000).problems

    assert len(problems) == 201
    assert problems[-1].rule == "too-many-problems"


def test_messages_cannot_command_the_terminal_that_shows_them() -> None:
    (problem,) = read('"\\e[31m": 1\n"\\e[31m": 2\n').problems

    assert "\x1b" not in str(problem) + problem.path
    assert problem.message == '"?[31m" stands at line 1 already'
