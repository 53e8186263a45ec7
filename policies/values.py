"""Reading bodies that may hold anything, and telling absent from unknown.

Manifests, Terraform JSON and plans come from elsewhere: a key may be missing, a
map may be a list, and a value may be known only after an apply. Rules read them
through here, so that none of them breaks on a strange file.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeGuard

from policies.finding import Path


class Missing(enum.Enum):
    """What stands in for a value that is not there to be read."""

    ABSENT = "absent"
    """Nobody wrote it."""
    UNKNOWN = "unknown"
    """Somebody wrote it, and its value shows after an apply only."""

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Missing.ABSENT
UNKNOWN: Final = Missing.UNKNOWN


def get(body: object, *path: str | int) -> Any:
    """The value at the path; ABSENT where a step leads nowhere."""
    value: Any = body
    for step in path:
        if value is UNKNOWN:
            return UNKNOWN
        if type(value) is dict or isinstance(value, Mapping):
            if step not in value:
                return ABSENT
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int):
            if not -len(value) <= step < len(value):
                return ABSENT
            value = value[step]
        else:
            return ABSENT
    return value


def mapping(body: object, *path: str | int) -> Mapping[str, Any]:
    """The map at the path; an empty one where there is none."""
    found = get(body, *path)
    return found if type(found) is dict or isinstance(found, Mapping) else {}


def sequence(body: object, *path: str | int) -> list[Any]:
    """The list at the path; an empty one where there is none."""
    found = get(body, *path)
    return found if isinstance(found, list) else []


def text(body: object, *path: str | int, default: str = "") -> str:
    """The text at the path; `default` where there is none."""
    found = get(body, *path)
    return found if isinstance(found, str) else default


def number(body: object, *path: str | int) -> float | None:
    """The number at the path, also one written as text; None where there is none."""
    found = get(body, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, int | float):
        return float(found) if abs(found) < 2**1000 else None
    if isinstance(found, str) and len(found) < 40:
        try:
            return float(found)
        except ValueError:
            return None
    return None


def is_known(value: object) -> bool:
    """Whether the value is there, or is known not to be there."""
    return value is not UNKNOWN


def is_false(value: object) -> bool:
    """Whether a switch is off: `false`, also as text, as Terraform accepts it."""
    return value is False or (isinstance(value, str) and value.lower() == "false")


def is_true(value: object) -> bool:
    """Whether a switch is on: `true`, also as text."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_expression(value: object) -> TypeGuard[str]:
    """Whether Terraform computes the text: `${...}` or `%{...}` that is not escaped."""
    return isinstance(value, str) and ("${" in value or "%{" in value) and _unescaped(value)


def _unescaped(value: str) -> bool:
    bare = value.replace("$${", "").replace("%%{", "")
    return "${" in bare or "%{" in bare


def blocks(body: object, *path: str) -> Iterator[tuple[Path, Any]]:
    """Nested blocks of Terraform JSON (one map, or a list of them), each with its path.

    An unknown block comes as UNKNOWN.
    """
    found = get(body, *path)
    if isinstance(found, list):
        for at, item in enumerate(found):
            yield (*path, at), item
    elif found is UNKNOWN or isinstance(found, Mapping):
        yield path, found
    elif is_expression(found):
        yield path, UNKNOWN
