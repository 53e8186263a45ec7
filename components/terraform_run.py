"""How is a deployment run, and how does it end when a person has had enough?

Terraform takes one interrupt as "finish what you are at, write the state, let the
lock go", and its providers take none at all. So that is what the whole group gets,
and time to heed it; a second Ctrl-C, or half a minute, ends it for good.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_TICK_SECONDS = 0.2
_GRACE_SECONDS = 30.0


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    heard: Callable[[str], None],
    over: Callable[[], bool],
) -> int:
    """Runs a program to its end, or until `over` says so, and returns its status.

    `heard` gets each line it prints, from a thread. On Ctrl-C and any other
    exception the program and all of its children are ended before it leaves.
    """
    with subprocess.Popen(
        argv,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=0,
    ) as process:
        # An event, for a thread whose `join` is interrupted counts as ended (Python 3.11).
        silent = threading.Event()
        threading.Thread(target=_listen, args=(process, heard, silent), daemon=True).start()

        def until_over(seconds: float) -> None:
            deadline = time.monotonic() + seconds
            while not over() and time.monotonic() < deadline:
                if silent.wait(_TICK_SECONDS):
                    break

        try:
            until_over(math.inf)
        except BaseException:
            _signal(process, signal.SIGINT)
            with contextlib.suppress(KeyboardInterrupt):
                until_over(_GRACE_SECONDS)
            _signal(process, signal.SIGKILL)
            raise
        if not silent.is_set():
            _signal(process, signal.SIGKILL)
        return process.wait()


def _listen(
    process: subprocess.Popen[str], heard: Callable[[str], None], silent: threading.Event
) -> None:
    try:
        for line in process.stdout or ():
            heard(line.rstrip())
    finally:
        silent.set()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
