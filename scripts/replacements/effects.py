"""What does Terraform plan for a change, as far as the providers themselves say?

Two sets of resources are compared, before and after an edit. A path that differs
replaces its resource where the provider's schema says so; one that is in
`ignore_changes` does nothing; a change of what `replace_triggered_by` names replaces
what it triggers. The rest is changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

Planned = Literal["nothing", "in_place", "replace"]
Resources = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Type -> id -> body, as in Terraform JSON."""

OURS = {"//", "depends_on", "for_each", "lifecycle", "provider", "timeouts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is planned for one resource."""

    address: str
    planned: Planned
    paths: tuple[str, ...] = ()
    """What replaces it; without indexes, as the provider calls it."""
    beside: bool = False
    """Whether its successor is made first."""


def changes(before: Resources, after: Resources, behaviours: Mapping[str, Any]) -> list[Change]:
    """What is planned for each resource that differs, triggers included."""
    differing = {
        address: set(_differences(old, _bodies(after)[address], ""))
        for address, old in _bodies(before).items()
        if address in _bodies(after)
    }
    moved = {address for address, paths in differing.items() if paths}
    found = []
    for address, paths in differing.items():
        body = _bodies(after)[address]
        kind = address.partition(".")[0]
        lifecycle = body.get("lifecycle", {})
        ignored = {plain(path) for path in lifecycle.get("ignore_changes", ())}
        left = {path for path in paths if not _within(path, ignored)}
        triggers = {name for name in lifecycle.get("replace_triggered_by", ()) if name in moved}
        forced = replacing(behaviours.get(kind, {}), left) or tuple(sorted(triggers))
        planned: Planned = "replace" if forced else "in_place" if left else "nothing"
        if paths or triggers:
            beside = bool(lifecycle.get("create_before_destroy"))
            found.append(Change(address=address, planned=planned, paths=forced, beside=beside))
    old, new = _bodies(before).keys(), _bodies(after).keys()
    gone = [Change(address=name, planned="replace") for name in sorted(old - new)]
    come = [Change(address=name, planned="in_place") for name in sorted(new - old)]
    return [*found, *gone, *come]


def replacing(resource: Mapping[str, Any], paths: set[str]) -> tuple[str, ...]:
    """Which of the changed paths replace a resource, by its entry in `behaviours.json`.

    A block that comes or goes as a whole brings its inner paths, and they count too.
    """
    attributes = resource.get("attributes", {})
    return tuple(
        sorted(
            path
            for path, limits in attributes.items()
            if path in paths and (limits.get("force_new") or limits.get("force_new_if_configured"))
        )
    )


def _bodies(resources: Resources) -> dict[str, Mapping[str, Any]]:
    return {f"{kind}.{id_}": body for kind, ids in resources.items() for id_, body in ids.items()}


def _differences(old: Any, new: Any, at: str) -> Iterator[str]:
    """The paths at which two values differ, and what holds a path that one of them lacks."""
    if old == new:
        return
    match old, new:
        case dict(), dict():
            yield from _in_maps(old, new, at)
        case list(), list() if _blocks(old) and _blocks(new):
            if len(old) != len(new):
                yield at
            pairs: Iterator[tuple[Any, Any]] = zip_longest(old, new, fillvalue={})
            for one, other in pairs:
                yield from _differences(one, other, at)
        case _:
            yield at
            for value in (old, new):
                yield from _paths(value, at)


def _in_maps(old: dict[str, Any], new: dict[str, Any], at: str) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        here = f"{at}.{key}".lstrip(".")
        if not at and key in OURS:
            continue
        if key in old and key in new:
            yield from _differences(old[key], new[key], here)
        else:
            yield here
            yield from _paths([old.get(key) or new.get(key)], here)


def _blocks(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _paths(value: Any, at: str) -> Iterator[str]:
    """Every path within a value that comes or goes as a whole."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from _paths(item, at)
        elif isinstance(item, dict):
            for key, inner in item.items():
                yield f"{at}.{key}"
                yield from _paths(inner, f"{at}.{key}")


def plain(path: str) -> str:
    """The path without indexes, as `behaviours.json` has it."""
    return re.sub(r"\[[0-9]+\]|\.[0-9]+(?=\.|$)", "", path)


def _within(path: str, ignored: set[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in ignored)
