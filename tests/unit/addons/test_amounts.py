"""Amounts stand as the API server writes them back, and mean what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import amounts
from environments.quantity import Cpu, Memory, Quantity


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (1, "1"), (120, "120"), (1600, "1600"), (2000, "2k"), (1_000_000, "1M")],
)
def test_counts_take_the_largest_decimal_unit_without_a_fraction(number: int, text: str) -> None:
    assert amounts.count(number) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [("1536Mi", "1536Mi"), ("2048Mi", "2Gi"), ("1024Gi", "1Ti"), ("0.5Gi", "512Mi"), ("0Mi", "0")],
)
def test_memory_takes_the_largest_binary_unit_without_a_fraction(written: str, text: str) -> None:
    assert amounts.memory(Memory(written)) == text


@pytest.mark.parametrize(
    ("written", "text"),
    [("500m", "500m"), ("1.5", "1500m"), ("2000m", "2"), ("96", "96"), ("3000", "3k"), ("0", "0")],
)
def test_processors_are_millis_only_where_they_must(written: str, text: str) -> None:
    assert amounts.cpu(Cpu(written)) == text


@given(st.integers(min_value=0, max_value=10**15))
def test_a_count_reads_back_as_the_same_number(number: int) -> None:
    assert Quantity(amounts.count(number)).value == number


@given(st.integers(min_value=1, max_value=2**40))
def test_so_many_mebibytes_read_back_as_the_same_memory(mib: int) -> None:
    text = amounts.mebibytes(mib)

    assert Quantity(text).value == mib * 2**20


@given(st.integers(min_value=1, max_value=10**8))
def test_so_many_millicores_read_back_as_the_same_processors(millicores: int) -> None:
    assert Cpu(f"{millicores}m").value == Quantity(amounts.cpu(Cpu(f"{millicores}m"))).value
