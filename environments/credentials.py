"""Credentials in a file: found, refused, and taken out before anyone can repeat them.

Every cloud's provider takes its credentials from its own environment variables,
so none has a place in YAML, where it would end in version control, in states and
in messages. What is found here is never shown: neither the value nor, where the
secret itself is a key, the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from environments.errors import Problem
from environments.faults import Path, dotted
from environments.phrases import printable
from environments.yaml_document import Document, Place

KEYS = frozenset(
    {
        "accesskey",
        "accesskeyid",
        "accesskeysecret",
        "apikey",
        "clientkey",
        "credential",
        "credentials",
        "passwd",
        "password",
        "privatekey",
        "secret",
        "secretaccesskey",
        "secretid",
        "secretkey",
        "securitytoken",
        "sessiontoken",
        "token",
    }
)
"""Names under which people write credentials, without `_` and `-`."""

_SECRET = re.compile(
    r"""
    \bAKID[A-Za-z0-9]{12,60}  # Tencent Cloud
    | \bAKLT[A-Za-z0-9+/=_-]{12,80}  # Volcano Engine
    | \bLTAI[A-Za-z0-9]{8,40}  # Alibaba Cloud
    | \b(AKIA|ASIA)[A-Z0-9]{16}\b  # S3
    | -----BEGIN[A-Z ]*PRIVATE\ KEY-----
    | (access_?key(_?(id|secret))?|secret(_?(key|id))?|passw(or)?d|token)\s*[=:]\s*["']?
      [^\s"'$<{]{8,}  # in a script; `$NAME` is a reference
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TAKEN_OUT = "(not shown)"
MESSAGE = (
    "a credential has no place in a file; remove it, change it where it was issued, and set the "
    "provider's environment variables"
)


def take_out(document: Document) -> None:
    """Report each credential of the document, and leave nothing of it in the data or messages."""
    found = list(_found(document.data, ()))
    taken = re.compile(
        "|".join(rf"{re.escape(printable(dotted(path)))}([.[]|$)" for path, _ in found)
    )
    rest = [it for it in document.problems if not (found and taken.match(it.path))]
    repeating = [problem for problem in rest if _repeats(problem)]
    places = [document.place(path, at_key=at_key) for path, at_key in found]
    places += [Place(problem.line, problem.column) for problem in repeating]
    said = [document.problem_at(place, "credential", MESSAGE) for place in dict.fromkeys(places)]
    document.problems = [*(problem for problem in rest if not _repeats(problem)), *said]
    for path, at_key in found:
        document.data = _without(document.data, path, wholly=at_key)
        document.written.pop(path, None)
        document.doubtful.add(path)


def _repeats(problem: Problem) -> bool:
    """Whether what is said of the file's syntax shows a credential."""
    name = re.split(r"[.\[]", problem.path.rstrip("]0123456789["))[-1]
    return _SECRET.search(problem.message) is not None or _tells(name)


def _found(value: Any, path: Path) -> Iterator[tuple[Path, bool]]:
    """The paths of credentials, and whether it is the key that tells."""
    match value:
        case dict():
            for key, inner in value.items():
                if _SECRET.search(key) or (_tells(key) and not isinstance(inner, dict)):
                    yield (*path, key), True
                else:
                    yield from _found(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _found(inner, (*path, index))
        case str() if _SECRET.search(value):
            yield path, False


def _tells(key: str) -> bool:
    return key.lower().replace("_", "").replace("-", "") in KEYS


def _without(value: Any, path: Path, *, wholly: bool) -> Any:
    """A copy without what stands at the path; with its key, or with other text in its place."""
    if not path:
        return _TAKEN_OUT
    key, rest = path[0], path[1:]
    if isinstance(value, list):
        return [
            _without(item, rest, wholly=wholly) if index == key else item
            for index, item in enumerate(value)
        ]
    if wholly and not rest:
        return {other: item for other, item in value.items() if other != key}
    return {**value, key: _without(value[key], rest, wholly=wholly)}
