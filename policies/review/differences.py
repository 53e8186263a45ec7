"""What changes inside one resource: leaf by leaf, with nothing secret and no noise.

A plan says what is there before and after, what is known only after the apply, and
what is sensitive; here the four become a list of leaves. Text that holds JSON or YAML
is compared by its structure. A sensitive leaf is told, never shown: its values do not
leave this module.
"""

from __future__ import annotations

import enum
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import msgspec
import yaml

from policies import secrets
from policies.change import Change
from policies.finding import Path
from policies.values import ABSENT, UNKNOWN, get

Kind = Literal[
    "added", "removed", "changed", "reordered", "sensitivity", "deep", "noise", "computed"
]
"""`noise`: nothing in one shape for nothing in another (null, absent, empty).
`computed`: nobody wrote it, and the provider will say. `deep`: too deep to be told."""


class Secret(enum.Enum):
    """Stands in for a value that is sensitive."""

    SECRET = "(sensitive)"  # noqa: S105 - the word that is shown in its place


SECRET: Final = Secret.SECRET
MOST_DEPTH = 64
MOST_TEXT = 2**18
"""Longer text is compared as text, not parsed."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One place that changes."""

    path: Path
    before: Any
    """ABSENT, SECRET or the value."""
    after: Any
    """ABSENT, SECRET, UNKNOWN until the apply, or the value."""
    kind: Kind


def leaves(change: Change) -> list[Leaf]:
    """Everything that changes inside the resource, in the order of its keys."""
    before, after = change.in_clear
    masks = _Masks(change.after_unknown, change.hidden_before, change.hidden_after)
    found = _leaves((), before, after, masks)
    if change.written is None:
        return list(found)
    return [_computed(leaf, change.written) for leaf in found]


def _computed(leaf: Leaf, written: Any) -> Leaf:
    """What nobody wrote and nobody knows yet is the provider's business."""
    if leaf.after is not UNKNOWN or _is_written(written, leaf.path):
        return leaf
    return replace(leaf, kind="computed")


def _is_written(written: Any, path: Path) -> bool:
    """Whether the configuration says something of the place, or of what holds it."""
    for step in path:
        if isinstance(written, dict):
            if "references" in written or "constant_value" in written:
                return True
            if isinstance(step, int):
                continue  # A block that may stand once only.
            if step not in written:
                return False
            written = written[step]
        elif isinstance(written, list) and written:
            # One block may be written for many, by `dynamic`.
            at = min(step, len(written) - 1) if isinstance(step, int) else 0
            written = written[at]
    return True


@dataclass(frozen=True, slots=True)
class _Masks:
    """What a plan says beside the values, at one place."""

    unknown: Any = None
    before: Any = None
    after: Any = None

    @property
    def silent(self) -> bool:
        """Whether nothing is said of this place, nor of what is inside."""
        return not (self.unknown or self.before or self.after)

    def at(self, old: str | int | None, new: str | int | None) -> _Masks:
        """The same one step further in."""
        return _Masks(_step(self.unknown, new), _step(self.before, old), _step(self.after, new))


_OPEN = _Masks()


def _leaves(path: Path, before: Any, after: Any, masks: _Masks) -> Iterator[Leaf]:
    if masks.before is True or masks.after is True:
        yield from _secret(path, before, after, masks)
    elif masks.unknown is True:
        # Parts of what is there may be sensitive, and a large old value says little.
        hidden = isinstance(before, dict | list)
        yield Leaf(path, ABSENT if hidden else _absent(before), UNKNOWN, "changed")
    elif len(path) > MOST_DEPTH:
        if before != after:
            yield Leaf(path, SECRET, SECRET, "deep")
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(path, before, after, masks)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(path, before, after, masks)
    elif isinstance(before, dict | list) or isinstance(after, dict | list):
        yield from _one_sided(path, before, after, masks)
    elif before != after or type(before) is not type(after):
        yield from _scalars(path, before, after)


def _maps(path: Path, before: Any, after: Any, masks: _Masks) -> Iterator[Leaf]:
    masks = _guarded(before, after, masks)
    for key in dict.fromkeys([*before, *after, *_unknown_keys(masks.unknown)]):
        old, new = before.get(key, ABSENT), after.get(key, ABSENT)
        inner = masks.at(key, key)
        if old == new and type(old) is type(new) and inner.silent:
            continue
        yield from _leaves((*path, key), old, new, inner)


def _guarded(before: Any, after: Any, masks: _Masks) -> _Masks:
    """Masks that also cover `{name: DB_PASSWORD, value: ...}`, whose name says what it is."""
    names = [get(side, key) for side in (before, after) for key in ("name", "key")]
    if not any(isinstance(name, str) and secrets.named(name) for name in names):
        return masks
    return _Masks(masks.unknown, _covered(masks.before), _covered(masks.after))


def _covered(mask: Any) -> Any:
    if mask is True:
        return True
    return {**(mask if isinstance(mask, dict) else {}), "value": True}


def _secret(path: Path, before: Any, after: Any, masks: _Masks) -> Iterator[Leaf]:
    if masks.unknown is True:
        yield Leaf(path, SECRET, UNKNOWN, "changed")
    elif _absent(before) is ABSENT and _absent(after) is ABSENT:
        return
    elif _absent(before) is ABSENT:
        yield Leaf(path, ABSENT, SECRET, "added")
    elif _absent(after) is ABSENT:
        yield Leaf(path, SECRET, ABSENT, "removed")
    elif before != after:
        yield Leaf(path, SECRET, SECRET, "changed")
    elif (masks.before is True) != (masks.after is True):
        yield Leaf(path, SECRET, SECRET, "sensitivity")


def _one_sided(path: Path, before: Any, after: Any, masks: _Masks) -> Iterator[Leaf]:
    """A map or list on one side, and something else, or nothing, on the other."""
    if not before and not after and not _any_true(masks.unknown):
        if before is not after:
            yield Leaf(path, _absent(before), _absent(after), "noise")
        return
    masks = _guarded(before, after, masks)
    for value, is_new in ((before, False), (after, True)):
        for step, inner in _entries(value, masks.unknown if is_new else None):
            old, new = (ABSENT, inner) if is_new else (inner, ABSENT)
            mask = masks.at(None if is_new else step, step if is_new else None)
            yield from _leaves((*path, step), old, new, mask)
        if not isinstance(value, dict | list) and _absent(value) is not ABSENT:
            old, new = (ABSENT, value) if is_new else (value, ABSENT)
            yield Leaf(path, old, new, "added" if is_new else "removed")


def _entries(value: Any, unknown: Any) -> Iterator[tuple[str | int, Any]]:
    """What is inside a map or list, with the keys that are only known later."""
    if isinstance(value, dict):
        for key in dict.fromkeys([*value, *_unknown_keys(unknown)]):
            yield key, value.get(key, ABSENT)
    elif isinstance(value, list):
        yield from enumerate(value)


def _lists(
    path: Path, before: Sequence[Any], after: Sequence[Any], masks: _Masks
) -> Iterator[Leaf]:
    """Equal entries are matched wherever they stand: a provider's set has no order."""
    if before == after and not _any_true(masks.unknown) and masks.before == masks.after:
        return
    if _open(masks):
        old, new = [*map(_key, before)], [*map(_key, after)]
        if Counter(old) == Counter(new):
            yield Leaf(path, ABSENT, ABSENT, "reordered")
            return
        stay = Counter(old) & Counter(new)
        gone, come = _rest(old, stay), _rest(new, stay)
        if len(gone) != len(come) and all(
            isinstance(v, str | int | float) for v in [*before, *after]
        ):
            for at in gone:
                yield Leaf((*path, at), before[at], ABSENT, "removed")
            for at in come:
                yield Leaf((*path, at), ABSENT, after[at], "added")
            return
        pairs = [*zip(gone, come, strict=False)]
    else:
        pairs = [(at, at) for at in range(min(len(before), len(after)))]
        gone, come = [*range(len(before))], [*range(len(after))]
    for at, to in pairs:
        yield from _leaves((*path, to), before[at], after[to], masks.at(at, to))
    for at in gone[len(pairs) :]:
        yield from _leaves((*path, at), before[at], ABSENT, masks.at(at, None))
    for to in come[len(pairs) :]:
        yield from _leaves((*path, to), ABSENT, after[to], masks.at(None, to))


def _scalars(path: Path, before: Any, after: Any) -> Iterator[Leaf]:
    if before == after and not isinstance(before, bool) and not isinstance(after, bool):
        return  # 1 and 1.0
    if before in (None, ABSENT, "") and after in (None, ABSENT, ""):
        yield Leaf(path, _absent(before), _absent(after), "noise")
        return
    if isinstance(before, str) and isinstance(after, str):
        old, new = _parsed(before), _parsed(after)
        if old is not None and new is not None:
            if old == new:
                yield Leaf(path, ABSENT, ABSENT, "noise")
            else:
                yield from _leaves(path, old, new, _object_masks(old, new))
            return
    if before in (None, ABSENT):
        yield Leaf(path, ABSENT, after, "added")
    elif after in (None, ABSENT):
        yield Leaf(path, before, ABSENT, "removed")
    else:
        yield Leaf(path, before, after, "changed")


def _object_masks(before: Any, after: Any) -> _Masks:
    """A Secret of Kubernetes says by its kind what its data is."""
    if "Secret" not in (get(before, "kind"), get(after, "kind")):
        return _OPEN
    mask = dict.fromkeys(("data", "stringData"), True)
    return _Masks(None, mask, mask)


def _parsed(text: str) -> Mapping[str, Any] | list[Any] | None:
    """The structure in the text; None where there is none, or nobody could tell."""
    head = text.lstrip()[:1]
    if not head or len(text) > MOST_TEXT:
        return None
    try:
        if head in "{[":
            found = json.loads(text)
        elif "\n" in text and ":" in text and "&" not in text:
            found = yaml.load(text, Loader=_SAFE)  # noqa: S506 - the C loader of safe_load
        else:
            return None
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _key(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted", enc_hook=str)


def _rest(keys: Sequence[bytes], stay: Mapping[bytes, int]) -> list[int]:
    """Positions of what has no equal on the other side."""
    left = dict(stay)
    found = []
    for at, key in enumerate(keys):
        if left.get(key, 0):
            left[key] -= 1
        else:
            found.append(at)
    return found


def _open(masks: _Masks) -> bool:
    return not any(map(_any_true, (masks.unknown, masks.before, masks.after)))


def _any_true(mask: Any) -> bool:
    if isinstance(mask, dict):
        return any(map(_any_true, mask.values()))
    if isinstance(mask, list):
        return any(map(_any_true, mask))
    return mask is True


def _unknown_keys(mask: Any) -> list[str]:
    """Keys that `after` leaves out because nobody knows their values yet."""
    if not isinstance(mask, dict):
        return []
    return [key for key, inner in mask.items() if _any_true(inner)]


def _step(mask: Any, step: str | int | None) -> Any:
    if mask is True or step is None:
        return mask is True or None
    if isinstance(mask, dict):
        return mask.get(step)
    if isinstance(mask, list) and isinstance(step, int) and step < len(mask):
        return mask[step]
    return None


def _absent(value: Any) -> Any:
    return ABSENT if value is None else value
