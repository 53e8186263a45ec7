"""Pods, cards and nodes as HAMi's extender sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """The limits of one container; None where a limit is not given."""

    gpu: int | None = None
    gpumem: int | None = None
    """MiB, or units of `DeviceConfig.memory_factor` MiB."""
    gpumem_percentage: int | None = None
    gpucores: int | None = None
    priority: int | None = None
    privileged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """A pod as its user wrote it."""

    name: str
    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    cpu: int = 0
    """Thousandths of a processor core."""
    memory: int = 0
    """Bytes."""
    node_selector: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceConfig:
    """The part of device-config.yaml that placement depends on."""

    default_memory: int = 0
    default_cores: int = 0
    default_gpus: int = 1
    memory_factor: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a container asks for, after defaults."""

    cards: int
    memory: int
    """MiB of each card; 0 where `percent` says it."""
    percent: int
    """Hundredths of each card's memory; 101 when not given."""
    cores: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Slices of a MIG card that an instance takes."""

    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A MIG profile that a card offers."""

    name: str
    memory: int
    cores: int
    slices: int
    placements: tuple[Placement, ...]


@dataclass(slots=True, kw_only=True)
class Device:
    """A card with what is taken of it."""

    uuid: str
    index: int
    memory: int
    cores: int
    slots: int
    type: str
    numa: int = 0
    healthy: bool = True
    mode: str = "hami-core"
    profiles: tuple[Profile, ...] = ()
    used: int = 0
    used_memory: int = 0
    used_cores: int = 0
    instances: list[Placement] = field(default_factory=list)
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a container got of one card."""

    uuid: str
    memory: int
    cores: int
    placement: Placement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A node with its cards in the order of the register annotation."""

    name: str
    devices: tuple[Device, ...]
    cpu: int = 0
    memory: int = 0
    cordoned: frozenset[str] = frozenset()
    pair_scores: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How well two cards are linked, by UUID; for `topology-aware`."""
    labels: Mapping[str, str] = field(default_factory=dict)
