"""Kubernetes objects from YAML and JSON: files of anybody, or data of ours.

What is no Kubernetes object (chart values, other programs' files) is passed over
and counted. A template that was not rendered is told: it cannot be judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies import values
from policies.evidence import files, json_text, yaml_text
from policies.evidence.json_lines import JsonLines
from policies.evidence.trouble import DUPLICATE_KEY, UNRENDERED, Unreadable, trouble
from policies.evidence.yaml_lines import YamlLines
from policies.finding import Finding, Place
from policies.finding import Path as Steps
from policies.objects import Manifest, address
from policies.origin import NOWHERE, Origin

ENDINGS = (".yaml", ".yml", ".json")

_VERSION = b"apiVersion"
"""What no Kubernetes object is without."""

_TEMPLATE = re.compile(r"\{\{-?\s*[.$\w\"/(]")


@dataclass(slots=True, kw_only=True)
class Found:
    """What the files hold."""

    manifests: list[Manifest] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    """What cannot be read."""
    files: int = 0
    others: int = 0
    """Documents that are no Kubernetes object."""


def of_path(path: Path, cluster: str | None = None) -> Found:
    """The objects of a file, or of all files below a directory."""
    found = Found()
    if path.is_dir():
        for file in files.below(path, *ENDINGS):
            _of_file(file, cluster, found, is_meant=False)
    else:
        _of_file(path, cluster, found, is_meant=True)
    return found


def of_text(content: bytes, file: str, cluster: str | None = None) -> Found:
    """The objects of a text that was read elsewhere, as from standard input."""
    found = Found(files=1)
    _of_content(content, file, lambda: files.text(content, file), cluster, found)
    return found


def of_objects(
    bodies: list[Mapping[str, Any]], cluster: str | None, origin: Origin = NOWHERE
) -> list[Manifest]:
    """Objects that are data already."""
    return [
        Manifest(address=address(body, cluster), origin=origin, body=body, cluster=cluster)
        for body in bodies
    ]


def _of_file(file: Path, cluster: str | None, found: Found, *, is_meant: bool) -> None:
    found.files += 1
    try:
        content = files.read(file)
    except Unreadable as stop:
        found.findings.append(stop.finding())
        return
    if not is_meant and _VERSION not in content and content[:1].isascii():
        found.others += 1  # Of another program, which may have a syntax of its own.
        return
    whole = file.absolute()
    _of_content(content, files.shown(file), lambda: files.again(whole), cluster, found)


def _of_content(
    content: bytes, file: str, text: Callable[[], str], cluster: str | None, found: Found
) -> None:
    try:
        files.within(content, file)
        if not (json_text.looks_like_json(content) and _of_json(content, file, cluster, found)):
            _of_yaml(files.text(content, file), file, text, cluster, found)
    except Unreadable as stop:
        found.findings.append(stop.finding())


def _of_json(content: bytes, file: str, cluster: str | None, found: Found) -> bool:
    """Whether it is JSON; YAML may begin like it."""
    try:
        data = json_text.decode(content, file)
    except Unreadable:
        if file.endswith(".json"):
            raise
        return False
    _keep(data, JsonLines(file, lambda: content), cluster, found)
    return True


def _of_yaml(
    text: str, file: str, again: Callable[[], str], cluster: str | None, found: Found
) -> None:
    try:
        for document in yaml_text.documents(text, file):
            origin = YamlLines(file, again, document.begin, document.line)
            if _keep(document.data, origin, cluster, found):
                _tell_twice(document, file, found)
    except Unreadable as stop:
        if (mark := _TEMPLATE.search(text)) is None:
            raise
        line = text.count("\n", 0, mark.start()) + 1
        place = Place(file=file, line=line, column=mark.start() - text.rfind("\n", 0, mark.start()))
        message = "a template that is not rendered cannot be judged"
        raise Unreadable(place, message, UNRENDERED) from stop


def _tell_twice(document: yaml_text.Parsed, file: str, found: Found) -> None:
    for path, line, column in document.twice[:20]:
        place = Place(file=file, line=line, column=column)
        message = f'"{path[-1]}" stands twice in one map; the last one counts'
        found.findings.append(trouble(DUPLICATE_KEY, place, message))


def _keep(data: Any, origin: Origin, cluster: str | None, found: Found, root: Steps = ()) -> bool:
    """Keep an object, or the objects of a list; whether there was one."""
    if data is None:
        return False
    if not (values.text(data, "kind") and values.text(data, "apiVersion")):
        found.others += 1
        return False
    items = data.get("items")
    if data["kind"].endswith("List") and isinstance(items, list):
        kept = [
            _keep(item, origin, cluster, found, (*root, "items", at))
            for at, item in enumerate(items)
            # Lists do not hold lists; what does was made to be deep.
            if not values.text(item, "kind").endswith("List")
        ]
        return any(kept)
    found.manifests.append(
        Manifest(
            address=address(data, cluster), origin=origin, root=root, body=data, cluster=cluster
        )
    )
    return True
