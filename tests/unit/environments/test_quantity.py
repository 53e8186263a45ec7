"""Amounts print as written, compare by value, and refuse what people mistake."""

from __future__ import annotations

import copy
import pickle

import msgspec
import pytest

from environments.quantity import Cpu, Memory, Quantity, decode, encode, memory


class Amounts(msgspec.Struct):
    cpu: Cpu
    memory: Memory


@pytest.mark.parametrize("text", ["4", "1.5", "1500m", "0", "0.001", "96"])
def test_processor_cores_print_as_written(text: str) -> None:
    assert str(Cpu(text)) == text


@pytest.mark.parametrize("text", ["24Gi", "1536Mi", "0.5Gi", "2Ti", "0Mi"])
def test_memory_prints_as_written(text: str) -> None:
    assert str(Memory(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "24",
        "24G",
        "24GB",
        "24gi",
        "24 Gi",
        " 24Gi",
        "24Gi\n",
        "-1Gi",
        "1e3Mi",
        "",
        "Gi",
        "1.2345Gi",
        "٣Gi",
        "9" * 13 + "Gi",
    ],
)
def test_memory_that_could_be_mistaken_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be memory in Mi, Gi, Ti or Pi, like 24Gi; got"):
        Memory(text)


@pytest.mark.parametrize("text", ["1.5m", "4 cores", "1k", "-1", "4\n", "0.0001", "", ".5"])
def test_cores_finer_than_a_thousandth_or_with_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be processor cores, like 4 or 1500m; got"):
        Cpu(text)


@pytest.mark.parametrize(
    ("text", "mib"), [("2Gi", 2048), ("1536Mi", 1536), ("0.5Gi", 512), ("1Ti", 2**20), ("0.0Mi", 0)]
)
def test_memory_is_counted_in_mib(text: str, mib: int) -> None:
    assert Memory(text).mib == mib


def test_memory_is_rounded_up_because_less_would_not_do() -> None:
    assert Memory("0.001Mi").mib == 1
    assert Memory("0.001Mi").bytes == 1049


@pytest.mark.parametrize(("text", "thousandths"), [("1500m", 1500), ("1.5", 1500), ("4", 4000)])
def test_cores_are_counted_in_thousandths(text: str, thousandths: int) -> None:
    assert Cpu(text).millicores == thousandths


def test_the_same_amount_in_other_words_is_equal() -> None:
    assert Memory("1Gi") == Memory("1024Mi")
    assert hash(Cpu("1500m")) == hash(Cpu("1.5"))
    assert Memory("1Gi") < Memory("1.5Gi") <= Memory("1536Mi")


def test_amounts_of_different_things_are_never_equal() -> None:
    assert Cpu("1048576") != Memory("1Mi")
    with pytest.raises(TypeError):
        assert Cpu("1") < Memory("1Gi")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("mib", "text"), [(2048, "2Gi"), (1536, "1536Mi"), (0, "0Mi"), (2**20, "1Ti")]
)
def test_mib_are_written_as_people_would(mib: int, text: str) -> None:
    assert str(memory(mib)) == text


@pytest.mark.parametrize("text", ["500n", "250u", "1k", "2M", "3Ei", "128", "0.5"])
def test_every_unit_of_kubernetes_is_read(text: str) -> None:
    assert str(Quantity(text)) == text


def test_quantities_survive_copying_and_pickling() -> None:
    assert copy.deepcopy(Memory("1Gi")) == pickle.loads(pickle.dumps(Memory("1Gi")))


def test_unquoted_whole_cores_are_read_and_written_as_text() -> None:
    amounts = msgspec.convert({"cpu": 4, "memory": "2Gi"}, Amounts, dec_hook=decode)

    assert str(amounts.cpu) == "4"
    assert msgspec.to_builtins(amounts, enc_hook=encode) == {"cpu": "4", "memory": "2Gi"}


@pytest.mark.parametrize("value", [4.0, True, None, [4], -1])
def test_cores_of_another_kind_are_refused(value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"cpu": value, "memory": "2Gi"}, Amounts, dec_hook=decode)


def test_a_bare_number_is_no_memory() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"cpu": 1, "memory": 1024}, Amounts, dec_hook=decode)
