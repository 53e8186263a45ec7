"""How does work that takes minutes tell how far it is?

Callers pass something with a `step`; nothing in this package prints.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told of every step forward, several times a second at most."""

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """Says that *name* is at *done* of *total* (same unit, whichever) and what it does now.

        A step ends when *done* reaches *total*; until then it may repeat.
        """


class Silent:
    """Progress that nobody watches."""

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """Says nothing."""
