"""Unquoted scalars mean what YAML 1.2 says; what YAML 1.1 says otherwise is refused."""

from __future__ import annotations

import pytest

from environments import scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("0.45", 0.45),
        ("1.30", 1.3),
        ("1e3", 1000.0),
        ("24Gi", "24Gi"),
        ("500m", "500m"),
        ("2.9.0", "2.9.0"),
        ("10.0.0.1", "10.0.0.1"),
        ("cn-beijing-a", "cn-beijing-a"),
    ],
)
def test_a_plain_scalar_is_read(text: str, value: scalars.Scalar) -> None:
    read = scalars.plain(text)

    assert (type(read), read) == (type(value), value)
    assert scalars.ambiguity(text) is None


@pytest.mark.parametrize("text", ["no", "No", "YES", "on", "Off", "y", "N"])
def test_norwegian_truth_is_refused(text: str) -> None:
    assert "truth value" in str(scalars.ambiguity(text))


@pytest.mark.parametrize(
    "text",
    [
        "010",
        "0x1F",
        "0o17",
        "0b1",
        "1_000",
        "+5",
        ".5",
        "5.",
        "12:30",
        "1:2:3.5",
        "2026-01-01",
        "2026-1-1T10:00:00Z",
        ".inf",
        "-.INF",
        ".NaN",
        "1e999",
        "9" * 19,
    ],
)
def test_numbers_and_dates_of_other_readers_are_refused(text: str) -> None:
    assert "quote it" in str(scalars.ambiguity(text))
