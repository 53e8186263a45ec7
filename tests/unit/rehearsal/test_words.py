"""Numbers and foreign text as people read them."""

from __future__ import annotations

import pytest

from scripts.rehearsal import words


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 10, "0 %"),
        (1, 1000, "<1 %"),
        (999, 1000, "99 %"),
        (10, 10, "100 %"),
        (3, 2, "150 %"),
        (1, 0, "–"),
    ],
)
def test_a_share_is_never_rounded_up(part: int, whole: int, text: str) -> None:
    assert words.percent(part, whole) == text


@pytest.mark.parametrize(
    ("mib", "text"),
    [
        (0, "0 MiB"),
        (512, "512 MiB"),
        (2048, "2 GiB"),
        (1536, "1.5 GiB"),
        (2**21, "2 TiB"),
        (185_278_256, "176.7 TiB"),
    ],
)
def test_memory_has_no_more_digits_than_one_can_compare(mib: int, text: str) -> None:
    assert words.mebibytes(mib) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.42, "0.4 s"),
        (9.97, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (432, "7 min 12 s"),
        (3720, "1 h 2 min"),
    ],
)
def test_a_duration_is_told_in_two_units_at_most(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


def test_the_moment_is_told_in_utc_wherever_it_was_taken() -> None:
    assert words.moment("2026-11-22T18:17:04+08:00") == "22 Nov 2026, 10:17 UTC"
    assert words.moment("2026-11-22T10:17:04Z") == "22 Nov 2026, 10:17 UTC"
    assert words.moment("yesterday") == "yesterday"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("推荐 search", "推荐 search"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("one\ntwo", "one two"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert words.plain(text) == shown
