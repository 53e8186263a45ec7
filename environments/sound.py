"""What of a faulty document can still be judged, so that one look shows all that is wrong.

What the schema refuses is left out, with whatever cannot be without it; the
rest becomes a model. It is for checks only and is never handed on: a check that
rests on what was left out keeps quiet (`Fault.rests_on`).
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

_EMPTY: dict[str, Any] = {"name": "", "clusters": {}}
"""What stands in for the fields that no document can be without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound(Generic[T]):
    """The faults of a document's shape, and a model of the rest."""

    faults: Sequence[Fault]
    model: T | None
    """None where there are more faults than anyone reads at once."""
    doubtful: frozenset[Path]
    """What was left out of the model, and what the file says twice."""


def sound(document: Document, kind: type[T]) -> Sound[T]:
    """Tell the faulty parts of the document from the sound ones."""
    found = _faults(document, kind)
    if len(found) > faults.MOST:
        return Sound(faults=found, model=None, doubtful=frozenset())
    doubtful, rest, left = set(document.doubtful), document, found
    while left:
        cuts = {_cut(fault.path, rest.data) or () for fault in left}
        doubtful |= {fault.path for fault in left} | cuts - {()}
        smaller = rest.data if isinstance(rest.data, dict) else {}
        for cut in cuts - {()}:
            smaller = _without(smaller, cut)
        if smaller == rest.data:
            break
        rest = replace(rest, data=smaller)
        left = _faults(rest, kind)
    return Sound(faults=found, model=_assembled(rest.data, kind), doubtful=frozenset(doubtful))


def _faults(document: Document, kind: type[msgspec.Struct]) -> list[Fault]:
    return list(islice(shape.faults(document, schema.derive(kind)), faults.MOST + 1))


def _cut(path: Path, data: Any) -> Path:
    """What to take out for the fault to go: a list as a whole, the map that lacks a key."""
    for end, part in enumerate(path):
        if not isinstance(data, dict) or part not in data:
            return path[:end]
        data = data[part]
    return path


def _without(data: dict[str, Any], path: Path) -> dict[str, Any]:
    """The map less what stands at the path; the original stays as it is."""
    key, *rest = path
    if key not in data:
        return data
    smaller = dict(data)
    inner = smaller.pop(str(key))
    return {**smaller, str(key): _without(inner, tuple(rest))} if rest else smaller


def _assembled(data: dict[str, Any], kind: type[T]) -> T:
    values = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name in data:
            value = data[field.encode_name]
            values[field.name] = msgspec.convert(value, field.type, dec_hook=decode)
        elif field.required:
            values[field.name] = _EMPTY[field.name]
    return kind(**values)
