"""Which processes run out of a directory, and how are they ended?

A control plane's processes are told by the path they were started from: each
one is called through a link below the twin's directory. A process number alone
is never trusted, for numbers are reused; nothing is signalled unless its own
command line still names the directory.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_POLL_SECONDS = 0.05
_KILL_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process, and the path it was called by."""

    pid: int
    executable: str

    @property
    def name(self) -> str:
        return Path(self.executable).name


def below(directory: Path) -> tuple[Process, ...]:
    """Every living process that was called by a path below the directory."""
    prefix = f"{directory.resolve()}{os.sep}"
    return tuple(
        Process(pid=pid, executable=executable)
        for pid, executable in _executables()
        if executable.startswith(prefix)
    )


def end(found: Iterable[Process], *, grace_seconds: float) -> tuple[Process, ...]:
    """Ask processes to end, kill them after the grace; answers those that live on."""
    waiting = _signalled(found, signal.SIGTERM)
    waiting = _outlived(waiting, grace_seconds)
    return _outlived(_signalled(waiting, signal.SIGKILL), _KILL_SECONDS)


def _signalled(found: Iterable[Process], number: signal.Signals) -> tuple[Process, ...]:
    alive = tuple(process for process in found if _alive(process))
    for process in alive:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
    return alive


def _outlived(waiting: tuple[Process, ...], seconds: float) -> tuple[Process, ...]:
    deadline = time.monotonic() + seconds
    while waiting := tuple(process for process in waiting if _alive(process)):
        if time.monotonic() >= deadline:
            break
        time.sleep(_POLL_SECONDS)
    return waiting


def _alive(process: Process) -> bool:
    if _PROC.is_dir():
        return _executable(process.pid) == process.executable
    return (process.pid, process.executable) in _listed()


def _executables() -> Iterable[tuple[int, str]]:
    if not _PROC.is_dir():
        return _listed()
    pids = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return ((pid, _executable(pid)) for pid in pids)


def _executable(pid: int) -> str:
    """The first word of the command line; empty for the dead and for zombies."""
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    return os.fsdecode(command.split(b"\0", 1)[0])


def _listed() -> tuple[tuple[int, str], ...]:
    """The same from `ps`, where there is no /proc; paths with spaces are cut there."""
    listing = subprocess.run(
        ("ps", "-axo", "pid=,command="), capture_output=True, text=True, check=True
    ).stdout
    words = (line.split(None, 2) for line in listing.splitlines())
    return tuple((int(line[0]), line[1]) for line in words if len(line) > 1)
