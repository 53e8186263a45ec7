"""How long does a review of a large plan take, and how much memory?

    python -m tests.benchmarks.review [RESOURCES...]      10,000 and 100,000 by default

Whole processes, the best of some runs, beside `json.load` of the same file, and
`tf-summarize` where it is on the path. Figures are printed and never asserted. The
plan is made for the run (4 kB a resource, a tenth of the resources change) and is
deleted after it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

AIMS = {10_000: "0.6 s, 200 MB", 100_000: "6 s, 1,000 MB"}
CHECKOUT = Path(__file__).resolve().parents[2]


class Cost(NamedTuple):
    """Of the cheapest run of a process."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds."""
    memory: float
    """MB at its most."""


def write(file: Path, resources: int) -> None:
    """A plan whose every tenth resource changes, in some forty ways."""
    with file.open("w", encoding="utf-8") as out:
        out.write('{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[')
        for number in range(resources):
            out.write("," if number else "")
            json.dump(_change(number), out, separators=(",", ":"))
        out.write('],"complete":true,"applyable":true,"errored":false,"prior_state":{"values":[')
        for number in range(resources // 2):
            out.write("," if number else "")
            json.dump(_body(number), out, separators=(",", ":"))
        out.write("]}}")


def _change(number: int) -> object:
    changes = number % 10 == 0
    before = _body(number)
    after = {**before, "driver": f"550.{number % 40}"} if changes else before
    kind = "tencentcloud_instance" if number % 3 else "kubectl_manifest"
    return {
        "address": f"{kind}.r{number}",
        "mode": "managed",
        "type": kind,
        "name": f"r{number}",
        "provider_name": "registry.example/a/b",
        "change": {
            "actions": ["update" if changes else "no-op"],
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
    }


def _body(number: int) -> dict[str, object]:
    return {
        "id": f"ins-{number}",
        "driver": "535",
        "labels": {f"key-{at}": f"value-{at}-{number}" for at in range(30)},
        "yaml_body": f"kind: ConfigMap\nmetadata:\n  name: n{number}\n" + "x" * 500,
    }


def measured(command: Sequence[str], runs: int) -> Cost:
    """The cheapest of some runs."""
    return min(_run(command) for _ in range(runs))


def _run(command: Sequence[str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=CHECKOUT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def commands(file: Path) -> dict[str, list[str]]:
    """What is measured, by name."""
    load = "import json, sys; json.load(open(sys.argv[1], 'rb'))"
    found = {
        "fleet review": [sys.executable, "-m", "scripts.main", "review", str(file)],
        "json.load": [sys.executable, "-c", load, str(file)],
    }
    if other := shutil.which("tf-summarize"):
        found["tf-summarize"] = [other, "-md", str(file)]
    return found


def main() -> None:
    """Measure and print."""
    sizes = [int(word) for word in sys.argv[1:]] or [*AIMS]
    print(f"{'':28}{'wall':>9}{'cpu':>9}{'memory':>11}")
    for resources in sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "plan.json"
            write(file, resources)
            size = file.stat().st_size / 1e6
            aim = f", aim {AIMS[resources]}" if resources in AIMS else ""
            print(f"{resources:,} resources, {size:,.0f} MB{aim}")
            for name, command in commands(file).items():
                cost = measured(command, runs=5 if resources <= 10_000 else 2)
                print(f"  {name:26}{cost.wall:8.2f}s{cost.cpu:8.2f}s{cost.memory:8,.0f} MB")


if __name__ == "__main__":
    main()
