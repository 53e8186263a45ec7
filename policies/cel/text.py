"""One CEL expression, compiled once, as Kubernetes reads it.

The language and its string and optional functions come with the evaluator. What
Kubernetes adds is added here: quantities, and the functions of lists. An
expression of Kubernetes that uses another addition (URLs, IP addresses, semantic
versions, authorizers) does not compile here, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from policies.cel import quantity

NAMES = ("object", "oldObject", "request", "namespaceObject", "params", "variables")
"""What an admission policy may speak of."""

_AMOUNT = "quantity"


class Unreadable(ValueError):
    """The text is no CEL that is known here; says why in one line."""


class Broken(ValueError):
    """The expression has no value for this object; says why in one line."""


def evaluated(text: str, activation: cel.Activation) -> Any:
    """The value of the expression. Raises `Unreadable` and `Broken`."""
    try:
        found = _compiled(text).eval(activation)
        if found.type() == cel.Type.ERROR:
            raise Broken(_line(str(found.value())))
        return found.plain_value()
    except RuntimeError as error:
        raise Broken(_line(str(error))) from None


def check(text: str) -> None:
    """Compile the expression with its types. Raises `Unreadable`."""
    try:
        environment().compile(text)
    except RuntimeError as error:
        raise Unreadable(_line(str(error))) from None


def activation(values: Mapping[str, Any]) -> cel.Activation:
    """The values that expressions speak of. Raises `Broken` for what is no JSON."""
    everything = dict.fromkeys(NAMES) | dict(values)
    try:
        return environment().Activation(everything)
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        raise Broken(_line(str(error))) from None


@cache
def _compiled(text: str) -> cel.Expression:
    try:
        # Types were checked when the policy was read; without them, evaluation is the same.
        return environment().compile(text, disable_check=True)
    except RuntimeError as error:
        raise Unreadable(_line(str(error))) from None


@cache
def environment() -> cel.Env:
    """The language with its additions."""
    return cel.NewEnv(
        variables=dict.fromkeys(NAMES, cel.Type.DYN),
        extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings()],
        functions=_functions(),
    )


def _line(text: str) -> str:
    """The first line of a long complaint, without the evaluator's own words around it."""
    first = text.partition("\n")[0].removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: ")
    return first.removeprefix("<input>:").strip()[:200]


# --- what Kubernetes adds ------------------------------------------------------


def _functions() -> list[cel.FunctionDecl]:
    kind = cel.Type
    amount, whole = kind.MAP, kind.INT
    return [
        _declared(_AMOUNT, kind.MAP, [kind.STRING], _quantity, member=False),
        _declared("isQuantity", kind.BOOL, [kind.STRING], _is_quantity, member=False),
        _declared("isInteger", kind.BOOL, [amount], lambda q: _number(q).denominator == 1),
        _declared("asInteger", whole, [amount], _as_integer),
        _declared("sign", whole, [amount], lambda q: (_number(q) > 0) - (_number(q) < 0)),
        _declared(
            "isGreaterThan", kind.BOOL, [amount, amount], lambda a, b: _number(a) > _number(b)
        ),
        _declared("isLessThan", kind.BOOL, [amount, amount], lambda a, b: _number(a) < _number(b)),
        _declared("compareTo", whole, [amount, amount], _compared),
        _declared("sum", kind.DYN, [kind.LIST], sum),
        _declared("max", kind.DYN, [kind.LIST], max),
        _declared("min", kind.DYN, [kind.LIST], min),
    ]


def _declared(
    name: str,
    result: cel.Type,
    parameters: list[cel.Type],
    made: Callable[..., Any],
    *,
    member: bool = True,
) -> cel.FunctionDecl:
    overload = cel.Overload(f"kubernetes_{name}", result, parameters, is_member=member, impl=made)
    return cel.FunctionDecl(name, [overload])


def _quantity(text: str) -> dict[str, str]:
    return {_AMOUNT: _lowest(text)}


@lru_cache(maxsize=4096)
def _lowest(text: str) -> str:
    """A fraction in its lowest terms: equal amounts are equal."""
    return str(quantity.parse(text))


def _is_quantity(text: str) -> bool:
    return quantity.of(text) is not None


def _number(amount: Mapping[str, str]) -> Fraction:
    return _fraction(amount[_AMOUNT])


@lru_cache(maxsize=4096)
def _fraction(lowest: str) -> Fraction:
    return Fraction(lowest)


def _as_integer(amount: Mapping[str, str]) -> int:
    number = _number(amount)
    if number.denominator != 1 or not -(2**63) <= number < 2**63:
        msg = "cannot convert value to integer"
        raise ValueError(msg)
    return int(number)


def _compared(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return (_number(one) > _number(other)) - (_number(one) < _number(other))
