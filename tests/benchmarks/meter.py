"""How much processor time and memory do the planes take? Read from /proc, by component."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from components.controlplane.planes import Plane
from scripts.rehearsal import memory

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_milliseconds(planes: Iterable[Plane]) -> Counter[str]:
    """Processor time since each component's start, summed over the planes."""
    used: Counter[str] = Counter()
    for plane in planes:
        for component, pid in plane.pids().items():
            used[component] += _ticks(pid) * 1000 // _TICKS
    return used


def resident_mib(planes: Iterable[Plane]) -> Counter[str]:
    """Resident memory now, summed over the planes."""
    found: Counter[str] = Counter()
    for plane in planes:
        for component, pid in plane.pids().items():
            found[component] += memory.resident_kib(pid) // 1024
    return found


def _ticks(pid: int) -> int:
    # The name, in parentheses, may hold spaces: fields are counted after it.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
