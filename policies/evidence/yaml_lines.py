"""Where a path stands in one YAML document: the second, slower look at a text.

Done for documents with findings alone, and once for each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from policies.evidence.trouble import Unreadable
from policies.finding import Path, Place

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: ten times slower, same result.
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

Text = Callable[[], str]
"""The text of a file, again; a reader may keep the last one."""

Marks = dict[Path, tuple[int, int]]
"""Lines and columns, from 0, counted from the beginning of the document."""


@dataclass(slots=True)
class YamlLines:
    """The origin of what one document of a file says."""

    file: str
    text: Text
    begin: int
    """The first character of the document, from 0."""
    line: int
    """Its line, from 0."""
    _marks: tuple[Marks, Marks] | None = field(default=None, repr=False)

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The line of a scalar; of the key of what holds more; of what should hold the rest."""
        values, keys = self._marks or self._look()
        standing = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in values), ())
        value = values.get(standing, (0, 0))
        key = keys.get(standing, value)
        line, column = key if at_key or standing != path or value[0] != key[0] else value
        return Place(file=self.file, line=self.line + line + 1, column=column + 1)

    def _look(self) -> tuple[Marks, Marks]:
        try:
            found = _marks(self.text()[self.begin :])
        except (Unreadable, yaml.YAMLError):  # it was changed since it was read
            found = {(): (0, 0)}, {}
        self._marks = found
        return found


def _marks(text: str) -> tuple[Marks, Marks]:
    """The places of values and of keys in the first document of the text."""
    values: Marks = {}
    keys: Marks = {}
    steps: list[str | int | None] = []
    """Of each open collection: the position in a list, or the key of a map (None: not read yet)."""
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            steps.pop()
            _next(steps)
        elif isinstance(event, yaml.NodeEvent):
            _node(event, values, keys, steps)
    return values, keys


def _node(event: yaml.NodeEvent, values: Marks, keys: Marks, steps: list[Any]) -> None:
    mark: Any = event.start_mark
    here = (mark.line, mark.column)
    if steps and steps[-1] is None:
        key = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        steps[-1] = key
        keys[tuple(steps)] = here
        if not isinstance(event, yaml.CollectionStartEvent):
            return
        # A key that is a collection itself: its content has no path.
    path = tuple(steps)
    if isinstance(event, yaml.ScalarEvent) and not event.value and not event.style:
        # The parser places what is not there at the end of the line, or behind the file.
        here = keys.get(path, here)
    values[path] = here
    if isinstance(event, yaml.MappingStartEvent):
        steps.append(None)
    elif isinstance(event, yaml.SequenceStartEvent):
        steps.append(0)
    else:
        _next(steps)


def _next(steps: list[Any]) -> None:
    """After a value: the next position of the list, or the next key of the map."""
    if steps:
        steps[-1] = steps[-1] + 1 if isinstance(steps[-1], int) else None
