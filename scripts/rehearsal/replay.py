"""The demand, replayed: workloads created on every cluster, pods counted as they come up.

Counting reads the few Deployments and Jobs, not the thousands of pods: what
looks must not slow down what it looks at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import msgspec

from components import workloads
from environments.demand import Demand, pods_of
from environments.errors import OutsideError
from scripts.live import Live, Metadata
from scripts.rehearsal.result import Throughput
from scripts.verification.checks import path_of
from scripts.verification.observation import Pod

POLL_SECONDS = 1.0
SETTLED_SECONDS = 4.0
"""Nothing moved for so long, and the scheduler has judged every pod that waits."""
STALLED_SECONDS = 120.0
"""Nothing moved for so long: whatever still waits, waits for ever."""


class _Status(msgspec.Struct, rename="camel"):
    ready_replicas: int = 0
    ready: int = 0


class _Counted(msgspec.Struct):
    metadata: Metadata
    status: _Status = msgspec.field(default_factory=_Status)


@dataclass(slots=True)
class Course:
    """How one cluster's pods came up."""

    demanded: int
    curve: list[tuple[float, int]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Workloads whose own object was refused, and the answer."""

    @property
    def running(self) -> int:
        """Pods running at the last count."""
        return self.curve[-1][1] if self.curve else 0

    def throughput(self) -> Throughput:
        """From the first creation to the last pod that came up."""
        last = next((at for at, pods in self.curve if pods == self.running), 0.0)
        rate = self.running / last if last else 0.0
        return Throughput(pods=self.running, seconds=last, per_second=rate, curve=self.curve)


def together(courses: Collection[Course]) -> Throughput:
    """All clusters as one: they started at the same moment."""
    moments = sorted({at for course in courses for at, _ in course.curve})
    curve = [(at, sum(_by(course, at) for course in courses)) for at in moments]
    whole = Course(demanded=sum(course.demanded for course in courses), curve=curve)
    return whole.throughput()


def _by(course: Course, moment: float) -> int:
    return next((pods for at, pods in reversed(course.curve) if at <= moment), 0)


Told = Callable[[str, int, int], None]
"""Told the cluster, pods running and pods demanded."""


def replay(
    lives: Mapping[str, Live], demand: Demand, told: Told, stop: Event | None = None
) -> dict[str, Course]:
    """Create every workload on its cluster at once; return when nothing moves any more."""
    stop = stop or Event()
    start = time.monotonic()
    with ThreadPoolExecutor(max_workers=max(1, len(lives))) as pool:
        running = {
            name: pool.submit(_cluster, live, demand, name, start, told, stop)
            for name, live in lives.items()
        }
        try:
            return {name: future.result() for name, future in running.items()}
        except BaseException:
            stop.set()
            raise


def _cluster(
    live: Live, demand: Demand, name: str, start: float, told: Told, stop: Event
) -> Course:
    works = demand.of(name)
    course = Course(demanded=sum(pods_of(work) for work in works.values()))
    for work, manifest in zip(works, workloads.manifests(demand, name), strict=True):
        refusal = live.create(path_of(manifest).rpartition("/")[0], manifest)
        if refusal is not None and refusal.code == 409:
            msg = f"{name}: {work} is there already; take the twin down and rehearse again"
            raise OutsideError(msg)
        if refusal is not None:
            course.refused[work] = refusal.message
    _follow(live, name, course, start, told, stop)
    return course


def _follow(
    live: Live, name: str, course: Course, start: float, told: Told, stop: Event
) -> None:
    moved = time.monotonic()
    while not stop.is_set():
        running = _running(live)
        now = time.monotonic()
        if running != course.running or not course.curve:
            moved = now
            course.curve.append((round(now - start, 2), running))
        told(name, running, course.demanded)
        if running >= course.demanded or now - moved > STALLED_SECONDS:
            return
        if now - moved > SETTLED_SECONDS and _all_judged(live):
            return
        stop.wait(POLL_SECONDS)


def _running(live: Live) -> int:
    deployments = live.list("/apis/apps/v1/deployments", _Counted)
    jobs = live.list("/apis/batch/v1/jobs", _Counted)
    return sum(item.status.ready_replicas for item in deployments) + sum(
        item.status.ready for item in jobs
    )


def _all_judged(live: Live) -> bool:
    """Whether the scheduler has said of every waiting pod that it does not fit."""
    waiting = live.list("/api/v1/pods", Pod, fieldSelector="status.phase=Pending")
    return all(
        any(c.type == "PodScheduled" and c.status == "False" for c in pod.status.conditions)
        for pod in waiting
        if pod.workload
    )
