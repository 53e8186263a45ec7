"""A fault keeps quiet where what it was concluded from is in doubt."""

from __future__ import annotations

import pytest

from environments.faults import Fault, dotted
from environments.phrases import known_or_meant, one_of, printable, shown

CARD = ("clusters", "a", "pools", "p", "card")


@pytest.mark.parametrize(
    ("doubtful", "rests"),
    [
        (CARD, True),
        (CARD[:2], True),
        ((), True),
        ((*CARD, "inner"), True),
        (("clusters", "a", "pools", "p", "nodes"), False),
        (("clusters", "b"), False),
        (("tenants", "x", "quota", "slices"), True),
        (("tenants", "x"), True),
        (("tenants", "y"), False),
    ],
)
def test_a_fault_rests_on_its_value_and_on_what_it_needs(
    doubtful: tuple[str, ...], rests: bool
) -> None:
    fault = Fault(CARD, "unknown-card", "it", needs=(("tenants", "x", "quota"),))

    assert fault.rests_on([doubtful]) is rests


def test_a_fault_of_a_key_does_not_rest_on_what_stands_below_it() -> None:
    fault = Fault(CARD[:2], "bad-name", "it", at_key=True)

    assert not fault.rests_on([CARD])
    assert fault.rests_on([CARD[:2]])


def test_paths_are_shown_as_people_write_them() -> None:
    assert dotted(("pools", "x", 0, "y")) == "pools.x[0].y"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (1.5, "1.5"),
        ({}, "a map"),
        ([1], "a list"),
        ("a\nb", '"a?b"'),
        ("\u202egnp.exe", '"?gnp.exe"'),
        ("x" * 100, f'"{"x" * 57}..."'),
        (10**100, "1" + "0" * 56 + "..."),
    ],
)
def test_values_are_shown_short_and_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_nothing_that_is_shown_can_command_a_terminal() -> None:
    assert printable("".join(map(chr, range(0x3000)))).isprintable()


@pytest.mark.parametrize(
    ("word", "hint"),
    [("slics", '; did you mean "slices"?'), ("zzz", "; there is slices, whole")],
)
def test_what_was_meant_is_guessed_or_all_is_named(word: str, hint: str) -> None:
    assert known_or_meant(word, ["whole", "slices"]) == hint


def test_of_many_names_some_are_named() -> None:
    names = [f"name-{index:03d}" for index in range(100)]

    assert known_or_meant("q", names).endswith("name-011 and 88 more")


def test_choices_are_joined_as_in_a_sentence() -> None:
    assert [one_of("a"), one_of("ab"), one_of("abc")] == ["a", "a or b", "a, b or c"]
