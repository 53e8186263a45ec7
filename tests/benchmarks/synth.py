"""How long does `fleet synth` take, and how does that grow? `python -m tests.benchmarks.synth`.

Three tables, each of whole processes: the reference fleet; made fleets of 5 to 50
clusters with twenty pools each; and the same resources by our classes and by the
prebuilt ones of `cdktn-provider-kubernetes`, where that is installed (it is no
dependency of ours: `pip install --target DIR --no-deps cdktn-provider-kubernetes==17.1.0`
and `PYTHONPATH=DIR` will do). Both ways must write the same Terraform.

Figures are printed and never asserted: machines differ. `--quick` leaves out 25 and 50.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.controlplane import tools
from scripts.generate_bindings import SCHEMAS
from tests import synthesized
from tests.benchmarks import synth_fleets

CHECKOUT = Path(__file__).resolve().parents[2]
RUNS = 5
SIZES = (5, 10, 25, 50)
TEAMS = (1, 25, 100)
FLEET = [sys.executable, "-m", "scripts.main"]

_ENGINE = "from components import cdk\ncdk.App(outdir='.')"


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _reference(place)
        _curve(place, SIZES[:2] if "--quick" in arguments else SIZES)
        _side_by_side(place)


def _reference(place: Path) -> None:
    walls = [
        _wall([*FLEET, "synth", "production", "--out", str(place / "out")]) for _ in range(RUNS)
    ]
    print(f"fleet synth production: {statistics.median(walls[1:]):.2f} s, aim < 6 s\n")


def _curve(place: Path, sizes: Sequence[int]) -> None:
    print("clusters  pools  resources  seconds  ms/resource")
    for clusters in sizes:
        file = place / f"made-{clusters}.yaml"
        file.write_text(synth_fleets.fleet(clusters), encoding="utf-8")
        out = place / "made"
        wall = _wall([*FLEET, "synth", str(file), "--out", str(out)])
        count = sum(
            len(named)
            for stack in synthesized.read(out).values()
            for named in stack.get("resource", {}).values()
        )
        pools = clusters * synth_fleets.POOLS
        print(f"{clusters:8} {pools:6} {count:10} {wall:8.2f} {wall / count * 1000:12.2f}")
    print("aim: 50 clusters < 40 s, ms/resource the same in each line\n")


def _side_by_side(place: Path) -> None:
    if importlib.util.find_spec("cdktn_provider_kubernetes") is None or not SCHEMAS.is_dir():
        print("side by side: cdktn-provider-kubernetes or the provider's schema is not here")
        return
    engine = min(_processor([sys.executable, "-c", _ENGINE]) for _ in range(RUNS))
    print(f"side by side, seconds of processor time; the engine alone takes {engine:.2f}")
    print("resources   ours  prebuilt  times  times beyond the engine")
    for teams in TEAMS:
        least = {"ours": math.inf, "prebuilt": math.inf}
        written = {}
        # In turn, so that whatever else the machine does is shared.
        for _ in range(RUNS):
            for way, found in least.items():
                out = place / way
                command = [sys.executable, "-m", "tests.benchmarks.synth_side", way, str(teams)]
                least[way] = min(found, _processor([*command, str(out), str(SCHEMAS)]))
                written[way] = _body(out)
        assert written["ours"] == written["prebuilt"]
        ours, prebuilt = least["ours"], least["prebuilt"]
        beyond = (prebuilt - engine) / max(ours - engine, 0.001)
        print(f"{teams * 4:9} {ours:6.2f} {prebuilt:9.2f} {prebuilt / ours:6.1f} {beyond:12.1f}")


def _body(out: Path) -> Any:
    text = (out / "stacks" / "side" / "cdk.tf.json").read_text(encoding="utf-8")
    return _without_notes(json.loads(text)["resource"])


def _without_notes(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_notes(held) for key, held in value.items() if key != "//"}
        case list():
            return [_without_notes(held) for held in value]
        case _:
            return value


def _processor(command: Sequence[str]) -> float:
    """Seconds of processor time of the process and its children, the engine's Node among them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _wall(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _wall(command: Sequence[str], variables: Mapping[str, str] = os.environ) -> float:
    environment = {**variables, **tools.node_environment()}
    start = time.perf_counter()
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
