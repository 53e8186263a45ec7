"""Where a twin lives on disk, and who may touch it: one command at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from environments.errors import OutsideError

CHECKOUT = Path(__file__).resolve().parents[2]
FLEET = Path(os.environ.get("GPU_FLEET_STATE") or CHECKOUT / ".fleet").resolve()
"""Twins and reports; GPU_FLEET_STATE moves it out of the checkout."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a later command must know of a twin that is up."""

    environment: str
    """The path of the environment file that it was made from."""
    scheduler: Literal["stock", "hami"]
    charts: bool = False
    """Whether the device layer's charts were installed."""


@dataclass(frozen=True, slots=True)
class Place:
    """The directories of one environment's twin and of its reports."""

    name: str

    @property
    def twin(self) -> Path:
        """Control planes, Terraform state and synthesized stacks; gone after `fleet down`."""
        return FLEET / "twin" / self.name

    @property
    def report(self) -> Path:
        """The page of the last rehearsal; it outlives the twin."""
        return FLEET / "reports" / f"{self.name}.html"

    @property
    def note(self) -> Path:
        """What the twin was made from; written when it is up."""
        return self.twin / "twin.json"

    def read_note(self) -> Note | None:
        """None when no twin is up."""
        try:
            return msgspec.json.decode(self.note.read_bytes(), type=Note)
        except (OSError, msgspec.DecodeError):
            return None

    def write_note(self, note: Note) -> None:
        """Say that the twin is up."""
        self.note.write_bytes(msgspec.json.encode(note))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other commands away from this twin; they are told, not kept waiting."""
        locks = FLEET / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / self.name).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                msg = f'a command is at work on the twin of "{self.name}"; wait for it or end it'
                raise OutsideError(msg) from None
            yield


def twins() -> list[str]:
    """The environments whose twins have left something on disk."""
    directory = FLEET / "twin"
    return sorted(path.name for path in directory.iterdir()) if directory.is_dir() else []
