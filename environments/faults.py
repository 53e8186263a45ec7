"""A fault: something wrong at a path of a document, before anyone looked up the line.

Checks yield faults and know nothing of files; `Document.located` makes each a
`Problem` with line and column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from environments.phrases import shown

Path = tuple[str | int, ...]
"""Keys and list positions, from the root of a document."""

MOST = 200
"""Problems shown of one file: a person fixes the first of them and comes back."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot hold, at a path.

    `at_key` places it at the key instead of the value. `needs` are the other
    paths that it was concluded from: where one of them is itself in doubt, the
    fault is too, and is not reported.
    """

    path: Path
    rule: str
    message: str
    at_key: bool = False
    needs: tuple[Path, ...] = ()

    def rests_on(self, doubtful: Iterable[Path]) -> bool:
        """Whether what it was concluded from is in doubt, as a whole or in part."""
        return any(
            _within(self.path, path)
            or (not self.at_key and _within(path, self.path))
            or any(_within(path, ground) or _within(ground, path) for ground in self.needs)
            for path in doubtful
        )


def _within(inner: Path, outer: Path) -> bool:
    return inner[: len(outer)] == outer


def dotted(path: Path) -> str:
    """`("pools", "x", 0)` as `pools.x[0]`."""
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def twice(values: Iterable[str], path: Path) -> Iterable[Fault]:
    """A fault for each value of a list that stands further up already."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            message = f"{shown(value)} stands in the list already"
            yield Fault((*path, index), "listed-twice", message)
        seen.add(value)
