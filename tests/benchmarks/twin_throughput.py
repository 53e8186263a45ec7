"""How many pods a second come up on the twin's control planes, and what does each cost?

    python -m tests.benchmarks.twin_throughput [--environment production]
        [--clusters volc-infer,idc-infer] [--pods 3000] [--waiting 300] [--binaries DIR]

Starts the planes, puts in what the in-cluster layers put in (without Terraform),
creates the demand, and counts until all of it runs. The first pod's creation
starts the clock, the last Running stops it. The planes are taken down whatever
happens. Processor time per pod compares better than pods a second: on a busy
machine it hardly moves.
"""

from __future__ import annotations

import argparse
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

from components import workloads
from components.clouds.embedded.twin import twin_of
from components.controlplane import kwokctl, planes, tools
from components.controlplane.planes import Plane
from components.controlplane.settings import Settings
from environments import load
from environments.demand import Demand, Service, pods_of
from environments.model import Environment, Hami
from scripts.live import Live
from scripts.verification import cluster as verification
from scripts.verification.checks import path_of
from tests.benchmarks import meter

LIMIT_SECONDS = 900.0


class _Status(msgspec.Struct, rename="camel"):
    ready_replicas: int = 0
    ready: int = 0


class _Made(msgspec.Struct):
    status: _Status = msgspec.field(default_factory=_Status)


@dataclass(slots=True, kw_only=True)
class Run:
    """One measurement, filled in as it goes."""

    environment: Environment
    demand: Demand
    planes: Mapping[str, Plane]
    waiting: int
    """Pods of a cluster that may wait before more are created; 0 for no end of them."""
    phases: dict[str, float] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    peak_mib: Counter[str] = field(default_factory=Counter)

    def pods(self, cluster: str) -> int:
        return sum(pods_of(work) for work in self.demand.of(cluster).values())

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.phases[name] = time.monotonic() - start


def main() -> None:
    """Measures what the command line asks for, and prints it."""
    asked = _arguments()
    loaded = load.load(asked.environment)
    environment = twin_of(loaded.environment)
    names = asked.clusters.split(",") if asked.clusters else list(environment.clusters)
    with tempfile.TemporaryDirectory(prefix="gpu-fleet-benchmark-") as folder:
        directory = Path(folder).resolve()
        run = Run(
            environment=environment,
            demand=_scaled(loaded.demand, names, asked.pods),
            planes={name: Plane(name=name, directory=directory / "twin") for name in names},
            waiting=asked.waiting,
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
    parser.add_argument("--waiting", type=int, default=0, help="see Run.waiting")
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
        before = meter.cpu_seconds(wanted)
        with run.phase("pods"):
            start = time.monotonic()
            list(pool.map(lambda live: _demand(run, live, start), lives.values()))
        run.used = meter.cpu_seconds(wanted)
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


def _demand(run: Run, live: Live, start: float) -> None:
    created = 0
    for manifest in workloads.manifests(run.demand, live.name):
        while run.waiting and created - _running(live) > run.waiting:
            time.sleep(0.3)
        refusal = live.create(path_of(manifest).rpartition("/")[0], manifest)
        if refusal is not None:
            raise SystemExit(f"{live.name}: {path_of(manifest)}: {refusal.message}")
        created += manifest["spec"].get("replicas") or manifest["spec"]["parallelism"]
    while (running := _running(live)) < created:
        if time.monotonic() - start > LIMIT_SECONDS:
            raise SystemExit(f"{live.name}: {running} of {created} pods in {LIMIT_SECONDS:.0f} s")
        time.sleep(1.0)
    run.finished[live.name] = time.monotonic() - start


def _running(live: Live) -> int:
    collections = ("/apis/apps/v1/deployments", "/apis/batch/v1/jobs")
    made = [item for path in collections for item in live.list(path, _Made)]
    return sum(item.status.ready_replicas + item.status.ready for item in made)


def _print(run: Run) -> None:
    console = Console()
    total = sum(run.pods(name) for name in run.planes)
    pods = Table("cluster", "pods", "seconds", "pods/s", title="Pods running")
    for name, seconds in run.finished.items():
        pods.add_row(name, f"{run.pods(name)}", f"{seconds:.1f}", f"{run.pods(name) / seconds:.1f}")
    last = max(run.finished.values())
    pods.add_row("all", f"{total}", f"{last:.1f}", f"{total / last:.1f}", style="bold")
    costs = Table("component", "CPU s", "CPU ms/pod", "MiB at peak", title="What they took")
    for component, used in run.used.most_common():
        peak = run.peak_mib[component]
        costs.add_row(component, f"{used}", f"{1000 * used / total:.1f}", f"{peak}")
    used, peak = run.used.total(), run.peak_mib.total()
    costs.add_row("all", f"{used}", f"{1000 * used / total:.1f}", f"{peak}", style="bold")
    console.print(pods, costs)
    console.print(", ".join(f"{name} {seconds:.1f} s" for name, seconds in run.phases.items()))


if __name__ == "__main__":
    main()
