"""What will run: services and jobs, as a fleet's users would ask for them.

A demand file stands beside an environment (`demand/<environment>.yaml`). It is
replayed on the twin, and placed by the simulator. Whether its names exist in
the environment is checked in `invariants`.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from environments.quantity import Cpu, Memory
from environments.words import CardName, Name, Percent, Positive, Text, Words

BusyShare = Annotated[float, Meta(ge=0, le=1)]
Hours = Annotated[list[BusyShare], Meta(min_length=24, max_length=24)]


class Gpu(Words, frozen=True, kw_only=True):
    """Cards of one pod: whole ones, or a slice of each when `memory` is given."""

    cards: Annotated[int, Meta(ge=1, le=64)] = 1
    """How many cards, all on one node."""
    memory: Memory | None = None
    """Memory of each card; makes it a slice."""
    cores: Percent | None = None
    """Hundredths of each card's cores; with `memory` only."""

    @property
    def whole(self) -> bool:
        """Whether whole cards are asked for."""
        return self.memory is None


class Host(Words, frozen=True, kw_only=True):
    """What one pod asks of its node beside the cards."""

    cpu: Cpu = field(default_factory=lambda: Cpu("1"))
    """Processor cores; 1 when left out."""
    memory: Memory = field(default_factory=lambda: Memory("2Gi"))
    """Memory of the node; 2Gi when left out."""


class Experiment(Words, frozen=True, kw_only=True):
    """One arm of an A/B test: arms of one experiment share its name."""

    name: Name
    """The experiment."""
    arm: Name
    """Which arm of it this service is."""


class _Workload(Words, frozen=True, kw_only=True):
    tenant: Name
    """Whose it is; it runs in the namespace of that name."""
    cluster: Name
    """Where it runs."""
    gpu: Gpu
    """The cards of one pod."""
    priority: Name
    """One of the tenant's priorities."""
    busy: BusyShare
    """The share of what it was given that it is expected to keep busy, 0 to 1."""
    card: CardName | None = None
    """Only cards of this type; any of the cluster's when left out."""
    host: Host = field(default_factory=Host)
    """What one pod asks of its node beside the cards."""
    description: Text | None = None
    """For people."""


class Service(_Workload, frozen=True, kw_only=True):
    """Pods that run for ever, equal to each other: a Deployment."""

    replicas: Positive
    """How many pods."""
    experiment: Experiment | None = None
    """The A/B test it is an arm of."""
    rhythm: Name | None = None
    """How its replicas come and go over the day; all of them, always, when left out."""


class Job(_Workload, frozen=True, kw_only=True):
    """Pods that run together until done: an indexed Job."""

    pods: Positive
    """How many pods."""


Workload = Service | Job


class Demand(Words, frozen=True, kw_only=True):
    """Everything that should run at once."""

    services: dict[Name, Service] = field(default_factory=dict)
    """Services by name."""
    jobs: dict[Name, Job] = field(default_factory=dict)
    """Jobs by name; no job has the name of a service."""
    rhythms: dict[Name, Hours] = field(default_factory=dict)
    """Courses of a day: for each of its 24 hours the share of the replicas that run, 0 to 1."""

    def workloads(self) -> dict[str, Workload]:
        """Services, then jobs, by name; names are unique over both."""
        return {**self.services, **self.jobs}

    def of(self, cluster: str) -> dict[str, Workload]:
        """The workloads meant for the cluster."""
        return {name: work for name, work in self.workloads().items() if work.cluster == cluster}


def pods_of(workload: Workload) -> int:
    """How many pods the workload is."""
    return workload.replicas if isinstance(workload, Service) else workload.pods
