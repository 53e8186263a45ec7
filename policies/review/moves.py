"""What looks destroyed and made, and is only somewhere else.

Three mistakes have the same face: a key or an identifier was renamed, a resource went
to another state, or an entry was taken out of the middle of a `count`. Each has a way
out that destroys nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from policies.change import Change, PlanFile
from policies.values import ABSENT, get

TELLING = ("name", "cidr_block", "bucket", "yaml_body", "cluster_id", "vpc_id", "input", "id")
"""Attributes by which two things are the same; without any of them nothing is."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """Deleted or forgotten in one place and made or imported in another: the same thing?"""

    type: str
    source: str
    target: str
    hint: str


Where = tuple[PlanFile, Change]
Index = dict[bytes, list[Where]]


def moved(plans: Sequence[PlanFile]) -> Iterator[Moved]:
    """Pairs with equal bodies, then positions of `count` that shifted."""
    gone: dict[str, list[Where]] = defaultdict(list)
    for plan, change in _all(plans):
        if (change.deletes or change.forgets) and not change.creates and not change.deposed:
            gone[change.type].append((plan, change))
    if gone:
        yield from _pairs(plans, gone)
        for plan in plans:
            yield from _shifted(plan)


def _pairs(plans: Sequence[PlanFile], gone: Mapping[str, list[Where]]) -> Iterator[Moved]:
    known: dict[tuple[str, tuple[str, ...]], Index] = {}
    for plan, change in _all(plans):
        new = (change.creates or change.imported) and not (change.deletes or change.forgets)
        keys = _keys(change) if new and change.type in gone else ()
        if not keys:
            continue
        if (change.type, keys) not in known:
            known[change.type, keys] = _indexed(gone[change.type], keys)
        left = known[change.type, keys].get(_body(change.in_clear[1], keys))
        if left:
            source, old = left.pop(0)
            if (source.address, old.address) != (plan.address, change.address):
                yield _pair(source, old, plan, change)


def _all(plans: Sequence[PlanFile]) -> Iterator[Where]:
    return ((plan, change) for plan in plans for change in plan.changes)


def _pair(source: PlanFile, old: Change, target: PlanFile, new: Change) -> Moved:
    if source.address == target.address:
        hint = "add a moved block (move_to_id) and nothing is destroyed"
    elif new.imported and old.forgets:
        hint = "it moves to another state and stays as it is"
    else:
        hint = "move it between the states: removed and import blocks"
    return Moved(
        type=new.type,
        source=f"{source.address}: {old.address}",
        target=f"{target.address}: {new.address}",
        hint=hint,
    )


def _keys(change: Change) -> tuple[str, ...]:
    """What is known of the new thing; nothing where that could be anything."""
    after = change.in_clear[1]
    if not isinstance(after, Mapping):
        return ()
    unknown = change.after_unknown
    keys = tuple(
        sorted(
            key
            for key, value in after.items()
            if value not in (None, [], {}, "") and not get(unknown, key)
        )
    )
    return keys if set(keys) & set(TELLING) else ()


def _indexed(found: Iterable[Where], keys: tuple[str, ...]) -> Index:
    index: Index = defaultdict(list)
    for plan, change in found:
        index[_body(change.in_clear[0], keys)].append((plan, change))
    return index


def _body(value: Any, keys: tuple[str, ...]) -> bytes:
    return msgspec.json.encode(
        [get(value, key) if get(value, key) is not ABSENT else None for key in keys],
        order="sorted",
    )


def _shifted(plan: PlanFile) -> Iterator[Moved]:
    """`a, b, c` became `b, c`: all that stays seems to change, and the wrong one to go."""
    past = [c for c in plan.changes if c.reason == "delete_because_count_index" and c.deletes]
    if not past:
        return
    counted: dict[str, dict[int, Change]] = defaultdict(dict)
    for change in plan.changes:
        if isinstance(change.index, int) and not change.deposed:
            counted[change.address.rpartition("[")[0]][change.index] = change
    for name in dict.fromkeys(change.address.rpartition("[")[0] for change in past):
        at = counted[name]
        by = sum(c.reason == "delete_because_count_index" for c in at.values())
        moving = [i for i, change in at.items() if change.updates or change.replaces]
        if moving and all(i + by in at and _becomes(at[i], at[i + by]) for i in moving):
            first, last = min(moving), max(moving)
            taken = f"[{first}]" if by == 1 else f"[{first}] to [{first + by - 1}]"
            yield Moved(
                type=past[0].type,
                source=f"{plan.address}: {name}[{first + by}] to [{last + by}]",
                target=f"{plan.address}: {name}[{first}] to [{last}]",
                hint=f"positions of count shift: what is at {taken} really goes, and all behind"
                " it is changed to be its neighbour; use for_each with names",
            )


def _becomes(change: Change, neighbour: Change) -> bool:
    """Whether what is known to change becomes what the neighbour is."""
    before, after = change.in_clear
    other = neighbour.in_clear[0]
    if not all(isinstance(side, Mapping) for side in (before, after, other)):
        return False
    edits = {k: v for k, v in after.items() if v != before.get(k) and v is not None}
    edits = {k: v for k, v in edits.items() if not get(change.after_unknown, k)}
    return bool(edits) and all(other.get(key) == value for key, value in edits.items())
