"""Progress for people: live bars on a terminal, a line per step where there is none.

Everything goes to stderr, so that stdout holds the answer alone. Several
threads may report at once.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Reporter(Protocol):
    """Told how far work is; the same shape as `components.controlplane.progress`."""

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """*name* is at *done* of *total*; `total` 0 means that nobody knows."""


def stderr() -> Console:
    """A console for what is not the answer."""
    return Console(stderr=True, highlight=False)


class Bars:
    """Live bars, one per step; they stay when done, with their time."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """Move the bar of the step."""
        with self._lock:
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=None, note="")
            known = total or None
            self._progress.update(self._tasks[name], completed=done, total=known, note=note)


class Lines:
    """A line when a step starts, when it ends, and every few seconds in between."""

    EVERY_SECONDS = 10.0

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started: dict[str, float] = {}
        self._said: dict[str, float] = {}
        self._ended: set[str] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """Print when there is something new."""
        now = time.monotonic()
        with self._lock:
            ended = bool(total) and done >= total
            started = self._started.setdefault(name, now)
            if name in self._ended or (
                not ended and now - self._said.get(name, -self.EVERY_SECONDS) < self.EVERY_SECONDS
            ):
                return
            self._said[name] = now
            if ended:
                self._ended.add(name)
            state = f"done in {now - started:.1f} s" if ended else _share(done, total)
            self._console.print(f"{name}: {state}{f' ({note})' if note else ''}", markup=False)


@contextmanager
def reporter(*, quiet: bool = False) -> Iterator[Reporter]:
    """Bars on a terminal, lines elsewhere, nothing when told to be quiet."""
    if quiet:
        yield Quiet()
        return
    console = stderr()
    with Bars(console) if sys.stderr.isatty() else Lines(console) as shown:
        yield shown


class Quiet:
    """Says nothing."""

    def step(self, name: str, done: float, total: float, note: str = "") -> None:
        """Nothing."""


def _share(done: float, total: float) -> str:
    return f"{done:.0f} of {total:.0f}" if total else "started"
