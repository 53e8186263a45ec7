"""Values of Terraform JSON against what the providers' own validators take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.conformance import facts
from tests.conformance.mistakes import Mistake, instances, is_expression


def mistakes(stack: dict[str, Any]) -> Iterator[Mistake]:
    """Everything of the stack that a validator would refuse."""
    for name, bodies in stack.get("resource", {}).items():
        for id_, body in bodies.items():
            for path, limits in facts.limits().get(name, {}).items():
                for mistake in _judged(path, limits, body):
                    at, kind, message = mistake
                    yield Mistake(address=f"{name}.{id_}", path=at, kind=kind, message=message)


Judged = Iterator[tuple[str, str, str]]
"""Where, what, and why."""


def _judged(path: str, limits: dict[str, Any], body: dict[str, Any]) -> Judged:
    for at, value in instances(body, path.removesuffix("[]")):
        if value is not None and not is_expression(value):
            for kind, message in _value(limits, value):
                yield at, kind, message
    yield from _relations(path, limits, body)


def _value(limits: dict[str, Any], value: Any) -> Iterator[tuple[str, str]]:
    allowed = limits.get("allowed_values")
    if allowed is not None and value not in allowed:
        yield "not-allowed", f"must be one of {allowed}; got {value!r}"
    number = float(value) if _numeric(value) else None
    if "range" in limits and number is not None and not _between(limits["range"], number):
        yield "out-of-range", f"must be within {limits['range']}; got {value}"
    either = limits.get("range_or_allowed_values")
    if either is not None and number is not None and not _either(either, value, number):
        yield "out-of-range", f"must be one of {either}; got {value}"
    if "multiple_of" in limits and number is not None and number % limits["multiple_of"]:
        yield "not-a-multiple", f"must be a multiple of {limits['multiple_of']}; got {value}"
    if "length" in limits and isinstance(value, str) and not _between(limits["length"], len(value)):
        yield "wrong-length", f"must have {limits['length']} characters; got {len(value)}"
    if "pattern" in limits and isinstance(value, str) and not re.search(limits["pattern"], value):
        yield "wrong-pattern", f"must match {limits['pattern']}; got {value!r}"


def _numeric(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def _between(limits: list[float | None], number: float) -> bool:
    least, most = limits
    return (least is None or number >= least) and (most is None or number <= most)


def _either(either: Any, value: Any, number: float) -> bool:
    range_, allowed = either.get("range"), either.get("allowed_values", [])
    return value in allowed or (range_ is not None and _between(range_, number))


# --- between values ----------------------------------------------------------------


def _relations(path: str, limits: dict[str, Any], body: dict[str, Any]) -> Judged:
    """What must or must not stand beside it, in each block in which it could stand."""
    above, _, name = path.rpartition(".")
    for at, block in instances(body, above) if above else [("", body)]:
        if isinstance(block, dict):
            for kind, message in _related(name, above, limits, block, body):
                yield f"{at}.{name}".lstrip("."), kind, message


def _related(
    name: str, above: str, limits: dict[str, Any], block: dict[str, Any], body: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    def standing(key: str) -> list[str]:
        return [other for other in limits.get(key, ()) if _stands(other, above, block, body)]

    given = block.get(name) is not None
    if limits.get("must_be_configured") and not given:
        yield "missing", "a validator demands it inside its object"
    if given and (beside := standing("conflicts_with")):
        yield "conflict", f"cannot stand beside {beside}"
    if given and (without := set(limits.get("required_with", ())) - set(standing("required_with"))):
        yield "needs-another", f"stands only with {sorted(without)}"
    for key in ("exactly_one_of", "at_least_one_of"):
        count = len(standing(key))
        if key in limits and (count < 1 or (key == "exactly_one_of" and count > 1)):
            yield key.replace("_", "-"), f"{limits[key]}; got {count}"


def _stands(other: str, above: str, block: dict[str, Any], body: dict[str, Any]) -> bool:
    plain = re.sub(r"\.[0-9]+(?=\.|$)", "", other)
    beside, _, name = plain.rpartition(".")
    if beside == above:
        return block.get(name) is not None
    return any(value is not None for _, value in instances(body, plain))
