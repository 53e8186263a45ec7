"""How well and how fast the simulator places: `python -m tests.benchmarks.placement [PART...]`.

Parts: `calibration` (six policies on every trace of the study against what it
published), `worth` (our policy on every trace, and under random ties and sampling),
`speed`, `growth` (up to 100,000 requests on 60,000 cards) and `cold` (a new process).
Prints; asserts nothing.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from environments.load import load
from policies.placement import openb, pools, simulation
from policies.placement.fleet import Card, Fleet, Node
from policies.placement.policy import Policy, Ties
from policies.placement.requests import Request
from tests.calibration.openb_results import SHARED, means, published, study

FOLDER = SHARED / "openb"
ONE_SEED = """
from pathlib import Path
from policies.placement import openb, trace
from policies.placement.policy import Policy
folder = Path({folder!r})
nodes = trace.read_nodes(folder / "openb_node_list_gpu_node.csv")
pods = trace.read_pods(folder / "openb_pod_list_default.csv")
print(openb.Study(nodes, pods).run(Policy.FGD, 42).at(100))
"""


def calibration() -> None:
    """Ours, and how far it is from the published mean."""
    for row in published(FOLDER):
        found = means(study(FOLDER, row.pods), row.policy)
        cells = [f"{f:6.2f} ({f - e:+.2f})" for f, e in zip(found, row.allocated, strict=True)]
        print(f"{row.pods.removeprefix('openb_pod_list_'):12} {row.policy:12}", *cells)


def worth() -> None:
    """Our policy against the published FGD."""
    for row in published(FOLDER):
        if row.policy is Policy.FGD:
            found = means(study(FOLDER, row.pods), Policy.WORTH)
            cells = [f"{f:6.2f} ({f - e:+.2f})" for f, e in zip(found, row.allocated, strict=True)]
            print(f"{row.pods.removeprefix('openb_pod_list_'):12} fixed order ", *cells)
    default = study(FOLDER, "openb_pod_list_default")
    for ties in (Ties.RANDOM, Ties.SAMPLED):
        for policy in (Policy.FGD, Policy.WORTH):
            found = means(default, policy, ties)
            print(f"default {policy:6} {ties.name.lower():8}", *(f"{f:6.2f}" for f in found))


def speed() -> None:
    """The whole study on one trace, and production's demand under all policies."""
    default = study(FOLDER, "openb_pod_list_default")
    for policy in Policy:
        default.run(policy, openb.SEEDS[0])
    begun = time.perf_counter()
    for policy in list(Policy)[:6]:
        means(default, policy)
    print(f"10 seeds x 6 policies: {time.perf_counter() - begun:.1f} s")
    loaded = load("production")
    assert loaded.demand is not None
    begun, pods = time.perf_counter(), 0
    for name, cluster in loaded.environment.clusters.items():
        events = pools.arrivals(loaded.environment, loaded.demand, name)
        for policy in Policy:
            pods = len(simulation.run(pools.fleet(cluster), events, policy).node) + pods
    took = time.perf_counter() - begun
    print(f"production, {pods // len(Policy)} pods x {len(Policy)} policies: {took:.2f} s")


def growth() -> None:
    """Slices and whole cards on machines of eight cards."""
    card = Card(memory=98304, slots=10, type="NVIDIA-H20")
    sizes = [(2048, 10), (1536, 10), (24576, 25), (49152, 50), (8192, 15), (40000, 45), (70000, 80)]
    for cards, requests in ((6000, 10_000), (20_000, 33_000), (60_000, 100_000)):
        fleet = Fleet(
            Node(name=f"n{i}", cpu=192_000, memory=1 << 21, cards=(card,) * 8)
            for i in range(cards // 8)
        )
        wanted = [
            Request(memory=memory, cores=cores, cpu=cpu, host_memory=4096)
            for memory, cores in sizes
            for cpu in (1000, 4000, 8000)
        ]
        wanted += [
            Request(cards=count, cpu=12_000 * count, host_memory=65_536) for count in (1, 2, 8)
        ]
        events = [
            simulation.Arrival(name=str(i), request=wanted[i * 7919 % len(wanted)])
            for i in range(requests)
        ]
        for policy in (Policy.HAMI_BINPACK_SPREAD, Policy.FGD, Policy.WORTH):
            begun = time.perf_counter()
            run = simulation.run(fleet, events, policy)
            took = time.perf_counter() - begun
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{requests:7} requests x {cards:6} cards {policy:20}: {took:5.1f} s, "
                f"{most:5.0f} MiB, {run.placed} placed, {run.use.allocated:.1%} allocated"
            )


def cold() -> None:
    """FGD, one seed, in a new process whose machine code is kept; three times."""
    program = ONE_SEED.format(folder=str(FOLDER))
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        print(f"FGD, one seed, new process: {time.perf_counter() - begun:.2f} s")


PARTS = {
    "calibration": calibration,
    "worth": worth,
    "speed": speed,
    "growth": growth,
    "cold": cold,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or list(PARTS):
        PARTS[part]()
