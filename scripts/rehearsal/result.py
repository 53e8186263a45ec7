"""What a rehearsal found, as plain data: the only source of every report of it.

`fleet rehearse --format json` prints this, versioned by `format`; the HTML page
and the terminal summary are drawn from it and from nothing else. Seconds are
wall seconds; memory of cards is MiB; cores are hundredths of a card.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """The manners of every struct here."""


class Card(msgspec.Struct, frozen=True, array_like=True):
    """What is allocated on one card. Array-like: a fleet has thousands."""

    memory_mib: int
    cores: int
    pods: int


class Node(Record, frozen=True, kw_only=True):
    """A node and its cards, in the order of their index."""

    name: str
    cards: list[Card]


class Pool(Record, frozen=True, kw_only=True):
    """Equal nodes with equal cards."""

    name: str
    card: str
    product: str
    card_memory_mib: int
    card_cores: int
    split: int
    nodes: list[Node]


class TenantUse(Record, frozen=True, kw_only=True):
    """A tenant's share of one cluster: what it holds and what it may hold (None: no limit)."""

    name: str
    pods_demanded: int
    pods_running: int
    used: dict[str, int]
    quota: dict[str, int]
    """`cards`, `slices`, `gpu_memory` (MiB), `gpu_cores`."""


class Unplaced(Record, frozen=True, kw_only=True):
    """Pods of one workload that do not run, and why, in the control plane's own words."""

    workload: str
    tenant: str
    pods: int
    reason: str
    """`insufficient-cards`, `quota`, `refused`, `unexplained`, ..."""
    message: str
    explained: bool


class Proof(Record, frozen=True, kw_only=True):
    """An admission policy and two requests: one it must refuse, one it must pass."""

    policy: str
    title: str
    request: str
    refused: bool
    message: str
    passing_request: str
    passed: bool

    @property
    def holds(self) -> bool:
        """Whether the policy did both."""
        return self.refused and self.passed


class Check(Record, frozen=True, kw_only=True):
    """One thing that `verify` compared between the environment and a live cluster."""

    name: str
    title: str
    status: Literal["pass", "fail", "unknown"]
    detail: str
    compared: int = 0
    """How many objects or values were compared: a check of nothing is no check."""


class Layer(Record, frozen=True, kw_only=True):
    """One stack as deployed: how many resources, and whether a second plan was empty."""

    stack: str
    layer: str
    resources: int
    second_plan: Literal["empty", "changes", "not-run"] = "not-run"


class Throughput(Record, frozen=True, kw_only=True):
    """How fast pods came up: from the first creation to the last one running."""

    pods: int
    seconds: float
    per_second: float
    curve: list[tuple[float, int]] = []
    """Seconds since the first creation, and pods running by then."""


class Cluster(Record, frozen=True, kw_only=True):
    """One cluster of the fleet on its local control plane."""

    name: str
    description: str
    cloud: str
    region: str
    mode: Literal["none", "hami", "dra"]
    kubernetes: str
    """As the environment asks; what the twin ran is in `Fidelity`."""
    cards: int
    nodes: int
    pods_demanded: int
    pods_running: int
    throughput: Throughput
    pools: list[Pool]
    tenants: list[TenantUse]
    unplaced: list[Unplaced]
    proofs: list[Proof]
    checks: list[Check]
    layers: list[Layer]
    addons: list[str]
    charts: list[str] = []
    """Charts that production installs here, as `name version`."""
    charts_installed: bool = False


class Phase(Record, frozen=True, kw_only=True):
    """A part of the run."""

    name: str
    title: str
    seconds: float
    note: str = ""


class Fidelity(Record, frozen=True, kw_only=True):
    """What was real in this run and what stood in for something."""

    kubernetes: str
    scheduler: str
    """`stock`: kube-scheduler cuts cards by DRA; `hami`: HAMi's extender."""
    real: list[str]
    simulated: list[str]
    left_out: list[str]


class Lint(Record, frozen=True, kw_only=True):
    """What the rules said of the environment before anything was started."""

    rules: int
    subjects: int
    findings: list[str]
    """Each open finding as `severity rule: place: message`, the worst first."""
    failing: int
    """How many of them are high or critical."""


class Rehearsal(Record, frozen=True, kw_only=True):
    """The whole run."""

    format: str = "gpu-fleet-rehearsal/1"
    environment: str
    description: str
    started: str
    """UTC, ISO 8601."""
    seconds: float
    verdict: Literal["pass", "fail"]
    fidelity: Fidelity
    phases: list[Phase]
    lint: Lint | None = None
    clusters: list[Cluster]
    throughput: Throughput
    peak_memory_mib: int
    versions: dict[str, str]
    """`fleet`, `kubernetes`, `etcd`, `kwok`, `terraform`, `engine`."""
