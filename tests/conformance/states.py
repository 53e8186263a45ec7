"""What stacks hand each other through their states: each has one, and reads what is in another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.mistakes import Mistake

LOCATION = ("path", "bucket", "key", "prefix", "region")
"""What of a backend's arguments says where a state is."""
_OUTPUT = re.compile(r"data\.terraform_remote_state\.([A-Za-z0-9_-]+)\.outputs\.([A-Za-z0-9_]+)")


def mistakes(stacks: Mapping[str, dict[str, Any]]) -> Iterator[Mistake]:
    """Every state that two stacks share or none keeps, and every output that is not published."""
    owners: dict[str, str] = {}
    for name, stack in stacks.items():
        where = _own(stack)
        if where in owners:
            yield _mistake(name, "shared-state", f"it is the state of {owners[where]} too")
        owners.setdefault(where, name)
    for name, stack in stacks.items():
        for id_, read in stack.get("data", {}).get("terraform_remote_state", {}).items():
            owner = owners.get(_location(read["backend"], read["config"]))
            if owner is None:
                yield _mistake(name, "no-such-state", f"{id_} is no stack's state")
                continue
            published = stacks[owner].get("output", {})
            for output in sorted(_asked(stack, id_) - published.keys()):
                yield _mistake(name, "no-such-output", f"{owner} publishes no {output}")


def _own(stack: dict[str, Any]) -> str:
    ((kind, arguments),) = stack["terraform"]["backend"].items()
    return _location(kind, arguments)


def _location(kind: str, arguments: dict[str, Any]) -> str:
    return json.dumps([kind, {key: arguments.get(key) for key in LOCATION}])


def _asked(stack: dict[str, Any], id_: str) -> set[str]:
    return {output for state, output in _OUTPUT.findall(json.dumps(stack)) if state == id_}


def _mistake(stack: str, kind: str, message: str) -> Mistake:
    return Mistake(address=stack, path="", kind=kind, message=message)
