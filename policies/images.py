"""Which images do values of a chart name? As charts do: one text, or its parts.

`image: nginx:1.27`, or `image: {registry, repository, tag, digest}`, at any depth. A
part that is left to the chart's default is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.finding import Path
from policies.values import is_expression

MOVING = frozenset({"latest", "master", "main", "edge", "nightly", "dev", "stable", "canary"})
DEEPEST = 20

_REFERENCE = re.compile(
    r"[\w.-]+(?::\d+)?(?:/[\w./-]+)?(?::(?P<tag>[\w.-]+))?(?P<digest>@sha256:\w+)?"
)
_KEYS = re.compile(r"(?i)(?:^|.*[a-z_])image$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What values say about an image."""

    path: Path
    """Of what is decisive: the tag, or the reference."""
    name: str
    tag: str
    """Empty where none is written."""
    digest: bool
    whole: bool
    """Whether the reference is one text: then no tag means `latest`."""
    known: bool = True
    """Whether the repository is written down; else the chart chooses it."""


def images(value: Any, path: Path = ()) -> Iterator[Image]:
    """Every image that is named inside."""
    if len(path) > DEEPEST:
        return
    if isinstance(value, Mapping):
        if (found := _parts(value, path)) is not None:
            yield found
        for key, inner in value.items():
            here = (*path, str(key))
            if isinstance(inner, str) and _KEYS.match(str(key)):
                yield from _text(inner, here, value)
            else:
                yield from images(inner, here)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from images(inner, (*path, at))


def _parts(value: Mapping[str, Any], path: Path) -> Image | None:
    repository, tag = value.get("repository"), value.get("tag")
    named_image = bool(path) and isinstance(path[-1], str) and _KEYS.match(path[-1])
    if tag is None or is_expression(tag) or not (named_image or isinstance(repository, str)):
        return None
    written = str(tag)
    return Image(
        path=(*path, "tag"),
        name=str(repository or path[-2:][0] if path else repository),
        tag=written.partition("@")[0],
        digest=bool(value.get("digest") or value.get("sha")) or "@sha256:" in written,
        whole=False,
        known=isinstance(repository, str),
    )


def _text(reference: str, path: Path, around: Mapping[str, Any]) -> Iterator[Image]:
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None or is_expression(reference):
        return
    beside = around.get("tag") or around.get("imageTag") or around.get("version")
    tag = found["tag"] or (str(beside) if isinstance(beside, str | int | float) else "")
    if tag and is_expression(tag):
        return
    yield Image(path=path, name=reference, tag=tag, digest=bool(found["digest"]), whole=not beside)
