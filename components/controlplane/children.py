"""How do we run a program for minutes, hear it, and end it when we end?

The child gets a process group of its own, so that its children end with it; on
Ctrl-C and any other exception the group is ended before the exception leaves.
If we are killed outright, it dies of the broken pipe at its next line of output.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_TICK_SECONDS = 0.3
_GRACE_SECONDS = 5.0


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    heard: Callable[[str], None],
    tick: Callable[[float], None],
) -> int:
    """Runs a program to its end and returns its status.

    `heard` gets each line it prints (from a thread), `tick` the seconds since
    its start, about three times a second.
    """
    with (
        subprocess.Popen(
            argv,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        ) as process,
        _ended(process),
    ):
        listener = threading.Thread(target=_listen, args=(process, heard), daemon=True)
        listener.start()
        began = time.monotonic()
        while listener.is_alive():
            listener.join(_TICK_SECONDS)
            tick(time.monotonic() - began)
        return process.wait()


def _listen(process: subprocess.Popen[str], heard: Callable[[str], None]) -> None:
    for line in process.stdout or ():
        heard(line.rstrip())


@contextlib.contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        try:
            _signal(process, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE_SECONDS)
        finally:
            # Its children too, and on a second Ctrl-C without waiting any longer.
            _signal(process, signal.SIGKILL)
        raise


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
