"""How long a person waits for the command line: `python -m tests.benchmarks.start_up`.

Whole processes, several runs, median and spread. Figures are printed and never
asserted: machines differ. The aims are those of two cores with warm caches.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from components.controlplane import tools

CHECKOUT = Path(__file__).resolve().parents[2]
RUNS = 7

_IMPORT = """
import time
from components import element
start = time.perf_counter()
from components.bindings import alicloud, helm, kubectl, tencentcloud, volcengine, volcenginecc
print(time.perf_counter() - start)
"""


def main() -> None:
    """Measure and print."""
    fleet = [sys.executable, "-m", "scripts.main"]
    with tempfile.TemporaryDirectory() as out:
        rows = [
            ("fleet --help", 0.15, _walls([*fleet, "--help"])),
            ("fleet validate production", 0.4, _walls([*fleet, "validate", "production"])),
            (
                "fleet synth production",
                6.0,
                _walls([*fleet, "synth", "production", "--out", out], runs=3),
            ),
            ("import of the bindings, beyond the engine", 0.3, _imports()),
        ]
    print(f"{'':44} {'median':>8} {'least':>8} {'most':>8} {'aim':>8}")
    for title, aim, seconds in rows:
        print(
            f"{title:44} {statistics.median(seconds):7.3f}s {min(seconds):7.3f}s "
            f"{max(seconds):7.3f}s {f'< {aim}':>8}"
        )


def _walls(command: Sequence[str], runs: int = RUNS) -> list[float]:
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    # The first run fills the page cache and writes bytecode.
    return seconds[1:]


def _imports() -> list[float]:
    environment = {**os.environ, **tools.node_environment()}
    return [
        float(
            subprocess.run(
                [sys.executable, "-c", _IMPORT],
                cwd=CHECKOUT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(3)
    ]


if __name__ == "__main__":
    main()
