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
