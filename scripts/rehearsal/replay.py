"""The demand, replayed: workloads created on every cluster, pods counted as they come up.

What looks must not slow down what it looks at: pods are counted by the framing
of a cached list, and only when nothing moves any more are they read. Controllers
are not asked how many run: under load their answer is minutes behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import msgspec

from components import workloads
from components.addon import WORKLOAD
from environments.demand import Demand, pods_of
from environments.errors import OutsideError
from scripts.live import Live, Metadata
from scripts.rehearsal.result import Throughput
from scripts.verification.checks import path_of
from scripts.verification.observation import Condition, Pod

POLL_SECONDS = 2.0
SETTLED_SECONDS = 4.0
"""Nothing moved for so long, and the scheduler has judged every pod that waits."""
STALLED_SECONDS = 60.0
"""Nothing moved for so long: whatever still waits, waits for ever."""


class _Spec(msgspec.Struct):
    replicas: int | None = None


class _Status(msgspec.Struct, rename="camel"):
    replicas: int = 0
    active: int = 0
    conditions: list[Condition] = []


class _Made(msgspec.Struct):
    """A Deployment or a Job, as far as counting goes."""

    metadata: Metadata
    spec: _Spec = msgspec.field(default_factory=_Spec)
    status: _Status = msgspec.field(default_factory=_Status)

    @property
    def settled(self) -> bool:
        """Whether its controller has made all its pods, or says that it cannot."""
        if self.spec.replicas is None:
            return self.status.active > 0
        return self.status.replicas == self.spec.replicas or any(
            c.type == "ReplicaFailure" and c.status == "True" for c in self.status.conditions
        )


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


@dataclass(frozen=True, slots=True)
class _Clock:
    """What all clusters share: when it began, who is told, and whether to go on."""

    start: float
    told: Told
    stop: Event


def replay(lives: Mapping[str, Live], demand: Demand, told: Told) -> dict[str, Course]:
    """Create every workload on its cluster at once; return when nothing moves any more."""
    clock = _Clock(start=time.monotonic(), told=told, stop=Event())
    with ThreadPoolExecutor(max_workers=max(1, len(lives))) as pool:
        running = {
            name: pool.submit(_cluster, live, demand, name, clock) for name, live in lives.items()
        }
        try:
            return {name: future.result() for name, future in running.items()}
        except BaseException:
            clock.stop.set()
            raise


def _cluster(live: Live, demand: Demand, name: str, clock: _Clock) -> Course:
    works = demand.of(name)
    course = Course(demanded=sum(pods_of(work) for work in works.values()))
    for work, manifest in zip(works, workloads.manifests(demand, name), strict=True):
        refusal = live.create(path_of(manifest).rpartition("/")[0], manifest)
        if refusal is not None and refusal.code == 409:
            msg = f"{name}: {work} is there already; take the twin down and rehearse again"
            raise OutsideError(msg)
        if refusal is not None:
            course.refused[work] = refusal.message
    _follow(live, name, course, clock)
    return course


def _follow(live: Live, name: str, course: Course, clock: _Clock) -> None:
    moved, before = time.monotonic(), (-1, -1)
    while not clock.stop.is_set():
        running, waiting = (_pods(live, phase) for phase in ("Running", "Pending"))
        now = time.monotonic()
        if (running, waiting) != before:
            moved, before = now, (running, waiting)
        if running != course.running or not course.curve:
            course.curve.append((round(now - clock.start, 2), running))
        clock.told(name, running, course.demanded)
        still = now - moved
        if running >= course.demanded or still > STALLED_SECONDS:
            return
        if still > SETTLED_SECONDS and _all_made(live) and _all_judged(live):
            return
        clock.stop.wait(POLL_SECONDS)


def _pods(live: Live, phase: str) -> int:
    """Pods of the demand in this phase."""
    return live.count("/api/v1/pods", fieldSelector=f"status.phase={phase}", labelSelector=WORKLOAD)


def _all_made(live: Live) -> bool:
    """Whether every controller has made its pods, or has said that it cannot."""
    # Only of the demand: charts bring Deployments of their own.
    return all(
        item.settled
        for path in ("/apis/apps/v1/deployments", "/apis/batch/v1/jobs")
        for item in live.list(path, _Made, labelSelector=WORKLOAD)
    )


def _all_judged(live: Live) -> bool:
    """Whether the scheduler has said of every waiting pod that it does not fit."""
    waiting = live.list("/api/v1/pods", Pod, fieldSelector="status.phase=Pending")
    return all(
        any(c.type == "PodScheduled" and c.status == "False" for c in pod.status.conditions)
        for pod in waiting
        if pod.workload
    )
