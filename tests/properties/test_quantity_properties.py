"""Amounts keep their text, their order and their sums, whatever they are written in."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from environments.quantity import Cpu, Memory, memory
from tests.properties.strategies import cpus, memories


@given(memories)
def test_memory_reads_back_as_it_was_written(amount: Memory) -> None:
    assert str(Memory(str(amount))) == str(amount)
    assert Memory(str(amount)) == amount


@given(cpus)
def test_cores_read_back_as_they_were_written(amount: Cpu) -> None:
    assert str(Cpu(str(amount))) == str(amount)
    assert Cpu(str(amount)) == amount


@given(memories, memories)
def test_memory_is_ordered_as_its_bytes_are(one: Memory, other: Memory) -> None:
    assert (one < other) == (one.value < other.value)
    assert (one == other) == (one.value == other.value)
    assert (one <= other) or (other <= one)
    assert hash(one) == hash(other) or one != other


@given(memories, memories)
def test_the_order_of_mib_never_contradicts_the_order_of_memory(one: Memory, other: Memory) -> None:
    assert one.mib <= other.mib or other < one


@given(memories)
def test_rounding_never_takes_away_and_adds_less_than_one(amount: Memory) -> None:
    assert 0 <= amount.mib - amount.value / 2**20 < 1
    assert 0 <= amount.bytes - amount.value < 1


@given(cpus)
def test_thousandths_of_a_core_are_exact(amount: Cpu) -> None:
    assert Fraction(amount.millicores, 1000) == amount.value


@given(st.integers(0, 2**30), st.integers(0, 2**30))
def test_mib_survive_being_written_and_summed(one: int, other: int) -> None:
    assert memory(one).mib == one
    assert memory(one).mib + memory(other).mib == memory(one + other).mib


@given(st.lists(memories, max_size=8))
def test_a_sum_of_parts_is_never_less_than_the_part_of_the_sum(parts: list[Memory]) -> None:
    exact = sum((part.value for part in parts), Fraction(0))

    assert 0 <= sum(part.mib for part in parts) - exact / 2**20 <= len(parts)


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_is_refused(text: str) -> None:
    for kind in (Cpu, Memory):
        try:
            amount = kind(text)
        except ValueError:
            continue
        else:
            assert str(amount) == text
            assert amount.value >= 0
