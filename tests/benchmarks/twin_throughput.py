"""How many pods a second come up on the twin's control planes, and what does each cost?

    python -m tests.benchmarks.twin_throughput [--environment production]
        [--clusters volc-infer,idc-infer] [--pods 3000] [--binaries DIR]

Starts the planes, puts in what the in-cluster layers put in (without Terraform),
and replays the demand as a rehearsal does: the clock runs from the first creation
to the last pod that gets Running. The planes are taken down whatever happens.
Processor time per pod compares better than pods a second on a machine that does
other things too.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from components.addons import admission
from components.clouds.embedded.twin import twin_of
from components.controlplane import kwokctl, planes, tools
from components.controlplane.planes import Plane
from components.controlplane.settings import Settings
from environments import load
from environments.demand import Demand, Service
from environments.model import Environment, Hami
from scripts.live import Live
from scripts.rehearsal import replay
from scripts.rehearsal.result import Throughput
from scripts.verification import cluster as verification
from scripts.verification import proofs
from scripts.verification.checks import path_of
from tests.benchmarks import meter


@dataclass(slots=True, kw_only=True)
class Run:
    """One measurement, filled in as it goes."""

    environment: Environment
    demand: Demand
    planes: Mapping[str, Plane]
    phases: dict[str, float] = field(default_factory=dict)
    courses: Mapping[str, replay.Course] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    peak_mib: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.phases[name] = time.monotonic() - start


def main() -> None:
    """Measures what the command line asks for, and prints it."""
    asked = _arguments()
    # So that a time limit from outside takes the planes down too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    loaded = load.load(asked.environment)
    environment = twin_of(loaded.environment)
    names = asked.clusters.split(",") if asked.clusters else list(environment.clusters)
    with tempfile.TemporaryDirectory(prefix="gpu-fleet-benchmark-") as folder:
        directory = Path(folder).resolve()
        run = Run(
            environment=environment,
            demand=_scaled(loaded.demand, names, asked.pods),
            planes={name: Plane(name=name, directory=directory / "twin") for name in names},
        )
        try:
            _measure(run, _binaries(asked.binaries))
        finally:
            planes.sweep(directory / "twin")
    _print(run)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--environment", default="production")
    parser.add_argument("--clusters", default="", help="names, with commas; all when left out")
    parser.add_argument("--pods", type=int, default=0, help="of the demand, about; 0 for all")
    parser.add_argument("--binaries", type=Path, help="instead of fetched or built ones")
    return parser.parse_args()


def _scaled(demand: Demand, clusters: Sequence[str], pods: int) -> Demand:
    """The clusters' demand, its services cut to about so many pods."""
    services = {name: work for name, work in demand.services.items() if work.cluster in clusters}
    jobs = {name: work for name, work in demand.jobs.items() if work.cluster in clusters}
    whole = sum(work.replicas for work in services.values())
    share = min(1.0, pods / whole) if pods else 1.0
    return Demand(services={n: _cut(work, share) for n, work in services.items()}, jobs=jobs)


def _cut(service: Service, share: float) -> Service:
    return msgspec.structs.replace(service, replicas=max(1, round(service.replicas * share)))


def _binaries(folder: Path | None) -> Mapping[str, Path]:
    if folder is None:
        return tools.ensure(tools.CONTROL_PLANE)
    return {name: folder / name for name in kwokctl.REQUIRED_BINARIES}


def _measure(run: Run, binaries: Mapping[str, Path]) -> None:
    wanted = list(run.planes.values())
    with run.phase("start"):
        planes.start(wanted, binaries, {name: _settings(run, name) for name in run.planes})
    lives = {name: Live(name, plane.kubeconfig) for name, plane in run.planes.items()}
    with ThreadPoolExecutor() as pool, _sampled(run):
        with run.phase("fill in"):
            list(pool.map(lambda live: _fill(run, live), lives.values()))
        before = meter.cpu_milliseconds(wanted)
        with run.phase("pods"):
            run.courses = replay.replay(lives, run.demand, lambda *_: None)
        run.used = meter.cpu_milliseconds(wanted)
        run.used.subtract(before)


def _settings(run: Run, cluster: str) -> Settings:
    sharing = run.environment.clusters[cluster].sharing
    return Settings(node_policy=sharing.node_policy) if isinstance(sharing, Hami) else Settings()


@contextmanager
def _sampled(run: Run) -> Iterator[None]:
    """Keeps the most memory that all planes took at one moment."""
    left = threading.Event()

    def sample() -> None:
        while not left.wait(2.0):
            now = meter.resident_mib(run.planes.values())
            run.peak_mib = max(run.peak_mib, now, key=lambda found: found.total())

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield
    finally:
        left.set()
        thread.join()


def _fill(run: Run, live: Live) -> None:
    for addon in verification.declared(run.environment, live.name, run.demand):
        for manifest in addon.manifests:
            refusal = live.apply(path_of(manifest), manifest)
            if refusal is not None:
                raise SystemExit(f"{live.name}: {path_of(manifest)}: {refusal.message}")
    # A pod that comes before its policies are in force is not translated, and waits for ever.
    requests = list(admission.proofs(run.environment, live.name))
    while not all(proof.holds for proof in proofs.prove(live, requests)):
        time.sleep(0.5)


def _print(run: Run) -> None:
    console = Console()
    pods = Table("cluster", "pods", "of", "seconds", "pods/s", title="Pods running")
    for name, course in run.courses.items():
        pods.add_row(name, *_figures(course.throughput(), course.demanded))
    whole = replay.together(run.courses.values())
    demanded = sum(course.demanded for course in run.courses.values())
    pods.add_row("all", *_figures(whole, demanded), style="bold")
    console.print(pods, _costs(run, whole.pods))
    console.print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in run.phases.items()))


def _figures(found: Throughput, demanded: int) -> tuple[str, ...]:
    return f"{found.pods}", f"{demanded}", f"{found.seconds:.1f}", f"{found.per_second:.1f}"


def _costs(run: Run, pods: int) -> Table:
    table = Table("component", "CPU s", "CPU ms/pod", "MiB at peak", title="What they took")
    rows = [(name, used, run.peak_mib[name]) for name, used in run.used.most_common()]
    for name, used, peak in [*rows, ("all", run.used.total(), run.peak_mib.total())]:
        style = "bold" if name == "all" else ""
        table.add_row(name, f"{used / 1000:.1f}", f"{used / pods:.1f}", f"{peak}", style=style)
    return table


if __name__ == "__main__":
    main()
