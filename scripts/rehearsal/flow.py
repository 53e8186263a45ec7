"""The main job: from an environment file to running pods on the fleet's twin, step by step.

Each step takes what the steps before it made and is timed as a phase. What a
step does is in its own module; here is the order, and what happens when
something goes wrong: the twin stays up to be looked at, unless it never got up
or the run was interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from components import terraform
from components.clouds.embedded.twin import Scheduler, twin_of
from components.controlplane import planes, tools
from components.controlplane.settings import KUBERNETES_VERSION, Settings
from environments.load import Loaded
from environments.model import Cluster, Environment
from scripts.console import Reporter
from scripts.live import Live
from scripts.rehearsal import fidelity, memory, replay, result
from scripts.rehearsal.place import Note, Place
from scripts.verification import cluster as verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asked for beside the environment."""

    charts: Path | None = None
    hami_scheduler: Path | None = None
    second_plan: bool = False

    @property
    def scheduler(self) -> Scheduler:
        """Who cuts the cards of `hami` clusters."""
        return "hami" if self.hami_scheduler else "stock"


@dataclass(slots=True, kw_only=True)
class Run:
    """One rehearsal on its way."""

    loaded: Loaded
    wish: Wish
    place: Place
    reporter: Reporter
    phases: list[result.Phase] = field(default_factory=list)

    @property
    def environment(self) -> Environment:
        """The twin's environment: every cloud is a local one."""
        return twin_of(self.loaded.environment, self.wish.scheduler)

    @property
    def planes(self) -> dict[str, planes.Plane]:
        """One control plane per cluster."""
        return {
            name: planes.Plane(name=name, directory=self.place.twin)
            for name in self.loaded.environment.clusters
        }

    @contextmanager
    def phase(self, name: str, title: str) -> Iterator[list[str]]:
        """Time a part of the run; what is put into the list becomes its note."""
        note: list[str] = []
        start = time.monotonic()
        yield note
        seconds = round(time.monotonic() - start, 2)
        self.phases.append(
            result.Phase(name=name, title=title, seconds=seconds, note="; ".join(note))
        )

    def rehearse(self) -> result.Rehearsal:
        """All of it, in order. Raises what went wrong outside; findings are in the result."""
        started, start = datetime.now(UTC), time.monotonic()
        extender = hami_binary.inspect(self.wish.hami_scheduler) if self.wish.hami_scheduler else None
        binaries = self._tools()
        with memory.Peak(self._pids) as peak:
            self._control_planes(binaries, extender)
            deployed = self._deploy()
            courses = self._replay()
            clusters = self._verify(courses, deployed)
        running = sum(cluster.pods_running for cluster in clusters)
        return result.Rehearsal(
            environment=self.loaded.environment.name,
            description=self.loaded.environment.description or "",
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - start, 1),
            verdict="pass" if all(_sound(cluster) for cluster in clusters) else "fail",
            fidelity=fidelity.fidelity(
                self.loaded.environment,
                self.wish.scheduler,
                charts_installed=self.wish.charts is not None,
            ),
            phases=self.phases,
            clusters=clusters,
            throughput=_together(courses, running),
            peak_memory_mib=peak.mib,
            versions=versions.versions(extender),
        )

    def _tools(self) -> Mapping[str, Path]:
        with self.phase("tools", "Get the tools"):
            terraform.check()
            binaries = tools.ensure(tools.CONTROL_PLANE, self.reporter)
            self.runner.prepare(self.reporter)
            return binaries

    def _control_planes(self, binaries: Mapping[str, Path], extender: Extender | None) -> None:
        with self.phase("control-planes", "Start the control planes") as note:
            stale = planes.sweep(self.place.twin)
            if stale:
                note.append(f"{len(stale)} processes of an earlier twin were ended")
            asked = {name: _settings(c) for name, c in self.environment.clusters.items()}
            ready: set[str] = set()

            def told(plane: str, step: str) -> None:
                if step == "ready":
                    ready.add(plane)
                self.reporter.step("control planes", len(ready), len(asked), f"{plane}: {step}")

            planes.start(list(self.planes.values()), binaries, asked, told)
            self.reporter.step("control planes", len(asked), len(asked))
            if extender is not None:
                self._extenders(binaries, extender)
            self.place.write_note(
                Note(environment=self.loaded.document.file, scheduler=self.wish.scheduler)
            )
