"""What of a faulty document can still be judged, so that one look shows all that is wrong.

What the schema refuses is taken out, and what is missing gets a stand-in. The
model made of that is for checks only and is never handed on: a check that rests
on something taken out or put in keeps quiet (`Fault.rests_on`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Generic, TypeVar

import msgspec

from environments import faults, schema, shape
from environments.faults import Fault, Path
from environments.quantity import decode
from environments.yaml_document import Document

T = TypeVar("T", bound=msgspec.Struct)

_NAME = "stand-in"
_MACHINE = {"cpu": 1, "memory": "1Gi"}
_POOL = {"card": "H20-96G", "cards_per_node": 1, "nodes": {"desired": 1}, "machine": _MACHINE}
_CLUSTER = {
    "cloud": {"provider": "embedded"},
    "kubernetes": "1.36",
    "sharing": "none",
    "pools": {_NAME: _POOL},
}
ROOT_STAND_INS: dict[str, Any] = {"name": _NAME, "clusters": {_NAME: _CLUSTER}}
STAND_INS: dict[str, Any] = {
    **_CLUSTER,
    **_POOL,
    **_MACHINE,
    **dict.fromkeys(("tenant", "cluster", "priority", "name", "arm"), _NAME),
    **dict.fromkeys(("desired", "value", "busy", "replicas", "pods"), 1),
    **dict.fromkeys(("owner", "description", "reason"), "nobody"),
    "provider": "embedded",
    "region": "cn-none",
    "zones": ["cn-none-a"],
    "kubeconfig_env": "NONE",
    "currency": "CNY",
    "card_hour": {},
    "mode": "hami",
    "type": "local",
    "bucket": _NAME,
    "capacity": "1Gi",
    "effect": "NoSchedule",
    "clusters": {_NAME: {"quota": {}}},
    "priorities": [_NAME],
    "quota": {},
    "gpu": {},
    "source": "none/none",
    "version": "0.0.0",
    "rule": _NAME,
    "subject": _NAME,
    "until": "2099-12-31",
}
"""A value that the schema accepts, for each key that some map cannot be without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound(Generic[T]):
    """The faults of a document's shape, and a model of the rest."""

    faults: Sequence[Fault]
    model: T | None
    """None where there are more faults than anyone reads at once."""
    doubtful: frozenset[Path]
    """What was taken out or put in, and what the file says twice."""


def sound(document: Document, kind: type[T]) -> Sound[T]:
    """Tell the faulty parts of the document from the sound ones."""
    found = _faults(document, kind)
    doubtful, rest, left = set(document.doubtful), document, found
    while left and len(found) <= faults.MOST:
        data = rest.data if isinstance(rest.data, dict) else {}
        for fault in left:
            path = _upto_list(fault.path)
            doubtful.add(path)
            data = _mended(data, path, root=not path[1:])
        if data == rest.data:
            break
        rest = replace(rest, data=data)
        left = _faults(rest, kind)
    model = None if left else _converted(rest.data, kind)
    return Sound(faults=found, model=model, doubtful=frozenset(doubtful))


def _converted(data: Any, kind: type[T]) -> T | None:
    try:
        return msgspec.convert(data, kind, dec_hook=decode)
    except msgspec.ValidationError:
        return None  # A disagreement of schema and model, which `reading` tells as a bug.


def _faults(document: Document, kind: type[msgspec.Struct]) -> list[Fault]:
    return list(islice(shape.faults(document, schema.derive(kind)), faults.MOST + 1))


def _upto_list(path: Path) -> Path:
    """A list is taken out as a whole: without one item, the others would move."""
    end = next((at for at, part in enumerate(path) if isinstance(part, int)), len(path))
    return path[:end]


def _mended(data: dict[str, Any], path: Path, *, root: bool) -> dict[str, Any]:
    """A copy without what stands at the path, or with a stand-in where nothing does."""
    if not path:
        return data
    key, rest = str(path[0]), path[1:]
    if rest and isinstance(inner := data.get(key), dict):
        return {**data, key: _mended(inner, rest, root=root)}
    if key in data:
        return {other: value for other, value in data.items() if other != key}
    stand_ins = ROOT_STAND_INS if root else STAND_INS
    return {**data, key: stand_ins[key]} if not rest and key in stand_ins else data
