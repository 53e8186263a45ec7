"""The card table: complete, without doubles, and never guessed from a name."""

from __future__ import annotations

import pytest

from environments import cards
from environments.errors import InvalidInput

ROW = "{product: NVIDIA X, memory_mib: 1024, architecture: ada, mig: 0, interconnect: pcie}"


def test_every_card_of_the_reference_fleet_is_known() -> None:
    fleet = {"H200-141G", "H100-80G", "H20-96G", "V100-32G", "A100-40G", "A100-80G", "RTX4090-24G"}

    assert fleet <= cards.table().keys()


def test_no_two_cards_are_the_same_product() -> None:
    products = [card.product for card in cards.table().values()]
    registered = [card.hami_type for card in cards.table().values()]

    assert len(set(products)) == len(set(registered)) == len(products)


def test_the_memory_of_a_card_is_about_what_its_name_says() -> None:
    for name, card in cards.table().items():
        gigabytes = int(name.rpartition("-")[2].removesuffix("G"))
        assert 0.9 * gigabytes <= card.memory_mib / 1024 <= 1.05 * gigabytes, name


def test_hami_registers_every_card_with_its_vendor() -> None:
    assert cards.table()["V100-32G"].hami_type == "NVIDIA-Tesla V100-SXM2-32GB"
    assert cards.table()["H20-96G"].hami_type == "NVIDIA H20"


def test_only_architectures_since_ampere_have_mig() -> None:
    assert {c.architecture for c in cards.table().values() if c.mig} <= {
        "ampere",
        "hopper",
        "blackwell",
    }


def test_a_card_that_stands_twice_is_refused() -> None:
    with pytest.raises(InvalidInput) as raised:
        cards.read(f"A: {ROW}\nA: {ROW}\n".encode(), "cards.yaml")

    assert str(raised.value) == 'cards.yaml:2:1: duplicate-key: "A" stands at line 1 already'


def test_a_row_that_is_no_card_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"cards.yaml:1:1: wrong-value: .*memory_mib"):
        cards.read(f"A: {ROW.replace('1024', 'much')}".encode(), "cards.yaml")
