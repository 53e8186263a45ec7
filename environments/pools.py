"""A node pool: equal machines with equal cards, and how they come and go.

What must hold between the fields is in `pool_invariants` and `machine_invariants`;
what an instance type is, in `catalogue`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from environments.quantity import Cpu, Memory
from environments.words import (
    CardName,
    Count,
    DriverVersion,
    Generation,
    Host,
    InstanceType,
    LabelKey,
    LabelValue,
    Script,
    Words,
    Zone,
)


class Nodes(Words, frozen=True, kw_only=True):
    """How many machines: `desired`, between `min` and `max` where an autoscaler may act."""

    desired: Count
    """How many there are to begin with."""
    min: Count | None = None
    """The fewest an autoscaler leaves; `desired` when left out."""
    max: Count | None = None
    """The most an autoscaler adds up to, 999 at most; `desired` when left out."""

    @property
    def least(self) -> int:
        """The fewest nodes the pool may have."""
        return self.desired if self.min is None else self.min

    @property
    def most(self) -> int:
        """The most nodes the pool may have."""
        return self.desired if self.max is None else self.max

    @property
    def autoscaled(self) -> bool:
        """Whether an autoscaler owns the size: Terraform then sets it once, and never again."""
        return self.min is not None or self.max is not None


class Machine(Words, frozen=True, kw_only=True):
    """What one node offers beside its cards."""

    cpu: Cpu
    """Processor cores."""
    memory: Memory
    """Memory of the machine, not of its cards."""


class Taint(Words, frozen=True, kw_only=True):
    """A Kubernetes taint; its key is the key of the map that holds it."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What happens to pods that do not tolerate it."""
    value: LabelValue = ""
    """What a toleration may compare with."""


class Disk(Words, frozen=True, kw_only=True):
    """Disks of each machine, in whole Gi."""

    system: Memory = field(default_factory=lambda: Memory("200Gi"))
    """The disk of the system, and of images and caches where `data` is left out; 200Gi when
    left out."""
    data: Memory | None = None
    """A disk for images and caches of models."""


class Scripts(Words, frozen=True, kw_only=True):
    """What each machine runs as root when it joins. Everyone on it can read them: no secrets."""

    before: Script = ""
    """Shell text, run before the machine becomes a node."""
    after: Script = ""
    """Shell text, run once it is a node."""


class Pool(Words, frozen=True, kw_only=True):
    """Equal machines with equal cards."""

    card: CardName
    """A name from the card table (`cards.yaml`)."""
    cards_per_node: Annotated[int, Meta(ge=1, le=64)]
    """Cards in each machine."""
    nodes: Nodes
    """How many machines; with `min` or `max`, an autoscaler owns the number."""
    machine: Machine | None = None
    """What each machine offers beside its cards; when left out, what the catalogue says of
    the instance types."""
    instance_types: list[InstanceType] = field(default_factory=list)
    """In order of preference, from the catalogue (`fleet catalog`); public clouds only."""
    unlisted: bool = False
    """Whether `instance_types` may have names that the catalogue lacks, as of machines sold by
    invitation; `machine` then says what they are."""
    zones: list[Zone] = field(default_factory=list)
    """Zones of the cluster in which its machines may stand; all of them when left out, with
    `rdma` the first."""
    selector: dict[LabelKey, LabelValue] = field(default_factory=dict)
    """The labels by which existing nodes belong to this pool; private clusters only."""
    hosts: list[Host] = field(default_factory=list)
    """The names of existing nodes that belong to this pool; private clusters only."""
    rdma: bool = False
    """Whether the machines are joined by RDMA."""
    spot: bool = False
    """Whether the cloud may take the machines back at any time, for a lower price."""
    disk: Disk = field(default_factory=Disk)
    """Disks of each machine."""
    driver: DriverVersion | None = None
    """The GPU driver to install; what the cloud puts on such machines when left out."""
    scripts: Scripts = Scripts()
    """What each machine runs when it joins."""
    cordon: bool | None = None
    """Whether nodes join unschedulable, until someone has checked them (`fleet verify`) and says
    `kubectl uncordon`; when left out, those of vGPU clusters do whose number no autoscaler owns."""
    on_delete: Literal["terminate", "keep"] = "terminate"
    """What becomes of the machines when the pool goes; those that are kept go on costing."""
    generation: Generation | None = None
    """Any change of it makes a new pool beside the old, which goes once the new one stands."""
    labels: dict[LabelKey, LabelValue] = field(default_factory=dict)
    """Labels that the nodes get beside ours."""
    taints: dict[LabelKey, Taint] = field(default_factory=dict)
    """Taints that the nodes get, by key."""
