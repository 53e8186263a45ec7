"""One expression: what Kubernetes adds to CEL, and what is said where it breaks."""

from __future__ import annotations

import pytest

from policies.cel import text

OBJECT = {"spec": {"containers": [{"name": "a", "limits": {"gpu": "1"}}]}}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("quantity('16Gi').asInteger()", 17179869184),
        ("quantity('1k') == quantity('1000')", True),
        ("quantity('1500m').isInteger()", False),
        ("quantity('1Gi').isGreaterThan(quantity('1G'))", True),
        ("quantity('1Ki').compareTo(quantity('1024'))", 0),
        ("quantity('-2').sign()", -1),
        ("isQuantity('1KB')", False),
        ("[1, 2, 3].sum() + [4, 5].max() + [4, 5].min()", 15),
        ("object.spec.?initContainers.orValue([]).size()", 0),
        ("object.spec.containers[0].limits[?'gpu'].orValue('0')", "1"),
        ("has(object.metadata)", False),
        ("['a', 'b'].join(', ')", "a, b"),
    ],
)
def test_an_expression_has_its_value(expression, value):
    text.check(expression)

    assert text.evaluated(expression, text.activation({"object": OBJECT})) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("object.spec.missing", 'NOT_FOUND: Key not found in map : "missing"'),
        ("1 / 0", "divide by zero"),
        ("quantity('1.5').asInteger()", "OUT_OF_RANGE: cannot convert value to integer"),
        ("[].max()", "OUT_OF_RANGE: max() arg is an empty sequence"),
        (
            f"{list(range(120))}.all(a, {list(range(120))}.all(b, a >= 0))",
            "Iteration budget exceeded",
        ),
    ],
)
def test_an_expression_without_a_value_says_why(expression, message):
    with pytest.raises(text.Broken) as raised:
        text.evaluated(expression, text.activation({"object": OBJECT}))

    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("object.spec +", "1:14: Syntax error"),
        ("nope(1)", "undeclared reference to 'nope'"),
        ("1 + 'a'", "found no matching overload for '_+_' applied to '(int, string)'"),
        ("unknown.spec", "undeclared reference to 'unknown.spec'"),
        ("[" * 40 + "]" * 40, "recursion"),
    ],
)
def test_a_text_that_is_no_cel_says_where(expression, message):
    with pytest.raises(text.Unreadable) as raised:
        text.check(expression)

    assert message in str(raised.value)


def test_a_number_that_cel_cannot_hold_breaks_and_does_not_crash():
    with pytest.raises(text.Broken, match="out of range"):
        text.evaluated("object.count > 0", text.activation({"object": {"count": 2**70}}))
