"""Which changes are the same? Five hundred and twelve equal edits are read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from policies import secrets
from policies.change import Change
from policies.finding import Path, dotted
from policies.review import differences
from policies.review.differences import SECRET, Leaf
from policies.values import ABSENT, UNKNOWN, get

Action = Literal[
    "replace", "delete", "forget", "update", "create", "import", "move", "read", "unknown"
]

ORDER: tuple[Action, ...] = (
    "unknown",
    "replace",
    "delete",
    "forget",
    "update",
    "create",
    "import",
    "move",
    "read",
)
"""In which changes are told: the worst first."""

MOST_VALUE = 400
"""Characters of a value that are shown."""
BEFORE_IT = 80
"""Characters before the first that differs."""
MOST_SEARCHED = 2**16
"""Of a longer text only what is near to what is shown is searched for secrets."""
MOST_NEAR = 8192


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf, as text. What is sensitive is not here."""

    path: str
    before: str | None
    after: str | None
    kind: differences.Kind
    unknown: bool = False
    secret: bool = False


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Resources of one type with the same change."""

    action: Action
    type: str
    provider: str
    addresses: tuple[str, ...]
    moved_from: tuple[str, ...] = ()
    """The addresses before, where they were moved, in the order of `addresses`."""
    lines: tuple[Line, ...]
    noise: int = 0
    """Leaves that only change their shape."""
    computed: tuple[str, ...] = ()
    """What nobody wrote and the provider will say."""


def action(change: Change) -> Action | None:
    """The one word for what happens; None where nothing does."""
    acts = set(change.actions)
    if acts - {"no-op", "create", "read", "update", "delete", "forget"}:
        return "unknown"
    if change.replaces:
        return "replace"
    for one in ("delete", "forget", "update", "create"):
        if one in acts:
            return one
    if change.imported:
        return "import"
    if change.previous_address:
        return "move"
    return "read" if "read" in acts else None


def groups(changes: Iterable[Change]) -> list[Group]:
    """The changes by what they are, the worst first, then the most frequent."""
    found: dict[bytes, list[Change]] = {}
    told: dict[bytes, tuple[Action, _Told]] = {}
    for change in changes:
        word = action(change)
        if word is None:
            continue
        said = _told(change, word)
        key = msgspec.json.encode([word, change.type, change.provider, said.lines, said.computed])
        found.setdefault(key, []).append(change)
        told[key] = (word, said)
    made = [_group(found[key], *told[key]) for key in found]
    return sorted(
        made, key=lambda each: (ORDER.index(each.action), -len(each.addresses), each.type)
    )


class _Told(NamedTuple):
    lines: tuple[Line, ...] = ()
    noise: int = 0
    computed: tuple[str, ...] = ()


def _group(changes: list[Change], word: Action, told: _Told) -> Group:
    moved = any(change.previous_address for change in changes)
    return Group(
        action=word,
        type=changes[0].type,
        provider=changes[0].provider,
        addresses=tuple(change.address for change in changes),
        moved_from=tuple(change.previous_address for change in changes) if moved else (),
        lines=told.lines,
        noise=told.noise,
        computed=told.computed,
    )


def _told(change: Change, word: Action) -> _Told:
    if word in {"delete", "forget", "read"}:
        return _Told()
    leaves = differences.leaves(change)
    if word == "create":
        # What will only be known later is no news of something new.
        leaves = [leaf for leaf in leaves if leaf.after is not UNKNOWN and leaf.kind != "noise"]
    shown = (_line(leaf) for leaf in leaves if leaf.kind not in {"noise", "computed"})
    return _Told(
        # What is known says more, and stays where the rest is cut.
        lines=(*_imported(change), *sorted(shown, key=lambda line: line.unknown)),
        noise=sum(leaf.kind == "noise" for leaf in leaves),
        computed=tuple(dotted(leaf.path) for leaf in leaves if leaf.kind == "computed"),
    )


def _imported(change: Change) -> Iterator[Line]:
    """Which object is taken over."""
    if not change.imported:
        return
    found = msgspec.json.decode(change.raw.get("importing") or b"{}")
    name = get(found, "id") or get(found, "identity")
    after = UNKNOWN if get(found, "unknown") is True else _safe(name or ABSENT, (), 0)
    yield Line(path="imported from", before=None, after=shown(after), kind="added")


def _line(leaf: Leaf) -> Line:
    start = _apart(leaf.before, leaf.after)
    before, after = (_safe(value, leaf.path, start) for value in (leaf.before, leaf.after))
    return Line(
        path=dotted(leaf.path),
        before=shown(before, start),
        after=shown(after, start),
        kind=leaf.kind,
        unknown=after is UNKNOWN,
        secret=before is SECRET or after is SECRET,
    )


def _apart(before: Any, after: Any) -> int:
    """Where two long texts begin to differ, and a little before it."""
    if not isinstance(before, str) or not isinstance(after, str):
        return 0
    if max(len(before), len(after)) <= MOST_VALUE:
        return 0
    least, most = 0, min(len(before), len(after))
    while least < most:
        middle = (least + most + 1) // 2
        if before[least:middle] == after[least:middle]:
            least = middle
        else:
            most = middle - 1
    return max(0, least - BEFORE_IT)


def _safe(value: Any, path: Path, start: int) -> Any:
    """What providers forgot to mark as sensitive is not shown either."""
    if not isinstance(value, str):
        return value
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    long = len(value) > MOST_SEARCHED
    near = value[max(0, start - MOST_NEAR) : start + MOST_VALUE + MOST_NEAR] if long else value
    hidden = (secrets.named(name) and secrets.is_written(value)) or secrets.in_script(near)
    return SECRET if hidden else value


def shown(value: Any, start: int = 0) -> str | None:
    """A value as text of bounded length, from where it differs; None where there is none."""
    if value is ABSENT:
        return None
    if value is UNKNOWN:
        return "(known after apply)"
    if value is SECRET:
        return "(sensitive)"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    if len(text) <= MOST_VALUE:
        return text
    head = "…" if start else ""
    return f"{head}{text[start : start + MOST_VALUE]}… ({len(text):,} characters)"
