"""How much memory the twin takes: sampled while it runs, the most is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

EVERY_SECONDS = 2.0


class Peak:
    """Samples the resident memory of some processes until left; `mib` is the highest sum."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self.mib = 0
        self._pids = pids
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._left.is_set():
            total = sum(resident_kib(pid) for pid in self._pids())
            self.mib = max(self.mib, total // 1024)
            self._left.wait(EVERY_SECONDS)


def resident_kib(pid: int) -> int:
    """The resident memory of a process in KiB; 0 when it is gone or nobody can tell."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
