"""Which environments shall the app hold, as they are or as a twin?

The CDK's command line runs the app as a program of its own and hands it no
arguments, so a request travels in environment variables:

* `GPU_FLEET_ENVIRONMENT`: names or paths of environment files, by comma; every
  one that comes with the project when it is not set.
* `GPU_FLEET_TWIN`: the directory of a twin. The app is then the twin's, and its
  states lie in that directory: those of real clusters are out of reach.
* `GPU_FLEET_TWIN_SCHEDULER`: who cuts cards there, `stock` or `hami`.
* `GPU_FLEET_CHARTS`: a directory of charts. Without it they come from their own
  repositories, and on a twin are left out.

No engine here: a command makes a request, the app answers it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from components.clouds.embedded.twin import Scheduler, twin_of
from environments import load
from environments.demand import Demand
from environments.errors import Problem, UsageError
from environments.model import Environment

Charts = Path | Literal["repository"] | None
"""A directory of charts, each chart's own repository, or no charts at all."""

STATES = Path(__file__).resolve().parent.parent / ".fleet" / "state"
"""The states of real environments, a directory for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One environment to build stacks for."""

    environment: Environment
    demand: Demand
    state: Path
    """The directory of the environment's Terraform states."""
    charts: Charts = "repository"
    warnings: tuple[Problem, ...] = ()
    """What may cost dearly, for whoever deploys; a twin costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the app is asked for."""

    environments: tuple[str, ...] = ()
    """Names or paths; empty for all."""
    twin: Path | None = None
    scheduler: Scheduler = "stock"
    charts: Path | None = None

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """The request in environment variables; UsageError where one makes no sense."""
        named = variables.get("GPU_FLEET_ENVIRONMENT", "").split(",")
        return cls(
            environments=tuple(name.strip() for name in named if name.strip()),
            twin=_path(variables, "GPU_FLEET_TWIN"),
            scheduler=_scheduler(variables.get("GPU_FLEET_TWIN_SCHEDULER") or "stock"),
            charts=_path(variables, "GPU_FLEET_CHARTS"),
        )

    def variables(self) -> dict[str, str]:
        """The request as environment variables, for whoever starts the app."""
        given = {
            "GPU_FLEET_ENVIRONMENT": ",".join(map(_absolute, self.environments)),
            "GPU_FLEET_TWIN": self.twin and str(self.twin.resolve()),
            "GPU_FLEET_TWIN_SCHEDULER": self.twin and self.scheduler,
            "GPU_FLEET_CHARTS": self.charts and str(self.charts.resolve()),
        }
        # Empty ones too: what the user's shell has set must not leak in.
        return {name: value or "" for name, value in given.items()}

    def orders(self) -> tuple[Order, ...]:
        """Load what is asked for. InvalidInput or UsageError as `load.load` raises them."""
        if self.twin and len(self.environments) != 1:
            raise UsageError("a twin is of one environment; set GPU_FLEET_ENVIRONMENT to its name")
        return tuple(self._order(name) for name in self.environments or load.names())

    def _order(self, name: str) -> Order:
        loaded = load.load(name)
        environment = loaded.environment
        if self.twin is None:
            return Order(
                environment=environment,
                demand=loaded.demand,
                state=STATES / environment.name,
                charts=self.charts or "repository",
                warnings=loaded.warnings,
            )
        return Order(
            environment=twin_of(environment, self.scheduler),
            demand=loaded.demand,
            state=self.twin.resolve(),
            charts=self.charts,
        )


def _absolute(environment: str) -> str:
    """A path as the app finds it, wherever it is started; a name stays a name."""
    return environment if environment in load.names() else str(Path(environment).resolve())


def _scheduler(name: str) -> Scheduler:
    match name:
        case "stock" | "hami":
            return name
        case _:
            raise UsageError(f'GPU_FLEET_TWIN_SCHEDULER is "{name}"; it can be stock or hami')


def _path(variables: Mapping[str, str], name: str) -> Path | None:
    value = variables.get(name)
    return Path(value) if value else None
