"""Amounts are read as Kubernetes reads them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from policies.cel import quantity


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16Gi", 16 * 2**30),
        ("2k", 2000),
        ("1500m", Fraction(3, 2)),
        ("1e3", 1000),
        ("1E", 10**18),
        ("1.5Gi", 3 * 2**29),
        ("-1", -1),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("100n", Fraction(1, 10**7)),
    ],
)
def test_an_amount_is_exact(text, amount):
    assert quantity.parse(text) == amount


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "1gi", "0x10", "1KB", "½", "1" * 65, "1e9999"])
def test_what_kubernetes_refuses_is_no_amount(text):
    with pytest.raises(ValueError, match="is no quantity"):
        quantity.parse(text)


def test_numbers_of_yaml_are_amounts_and_switches_are_not():
    assert quantity.of(2048) == 2048
    assert quantity.of(0.5) == Fraction(1, 2)
    assert quantity.of(True) is None
    assert quantity.of({"a": 1}) is None
    assert quantity.of(float("nan")) is None
