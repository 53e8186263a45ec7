"""One look at a cluster: everything the checks need, read once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from components.addon import WORKLOAD
from components.controlplane import hami_allocations
from components.controlplane.hami_allocations import CardUse
from scripts.live import Live, Metadata


class Condition(msgspec.Struct, rename="camel", frozen=True):
    """A condition of a node or pod."""

    type: str
    status: str
    reason: str = ""
    message: str = ""


class _NodeStatus(msgspec.Struct, rename="camel"):
    conditions: list[Condition] = []
    allocatable: dict[str, str] = {}


class Taint(msgspec.Struct):
    """A taint on a node."""

    key: str
    effect: str
    value: str = ""


class _NodeSpec(msgspec.Struct, rename="camel"):
    unschedulable: bool = False
    taints: list[Taint] = []


class Node(msgspec.Struct):
    """A node with what it offers."""

    metadata: Metadata
    spec: _NodeSpec = msgspec.field(default_factory=_NodeSpec)
    status: _NodeStatus = msgspec.field(default_factory=_NodeStatus)

    @property
    def ready(self) -> bool:
        """Whether the node says that it is ready."""
        return any(c.type == "Ready" and c.status == "True" for c in self.status.conditions)


class _Resources(msgspec.Struct):
    limits: dict[str, str] = {}
    requests: dict[str, str] = {}


class _Container(msgspec.Struct):
    resources: _Resources = msgspec.field(default_factory=_Resources)


class _PodSpec(msgspec.Struct, rename="camel"):
    node_name: str = ""
    node_selector: dict[str, str] = {}
    containers: list[_Container] = []


class _ClaimStatus(msgspec.Struct, rename="camel"):
    name: str
    resource_claim_name: str | None = None


class _PodStatus(msgspec.Struct, rename="camel"):
    phase: str = ""
    conditions: list[Condition] = []
    resource_claim_statuses: list[_ClaimStatus] = []


class Pod(msgspec.Struct):
    """A pod: where it is, what it asked for."""

    metadata: Metadata
    spec: _PodSpec = msgspec.field(default_factory=_PodSpec)
    status: _PodStatus = msgspec.field(default_factory=_PodStatus)

    @property
    def workload(self) -> str:
        """The workload of the demand that the pod belongs to; empty for strangers."""
        return self.metadata.labels.get(WORKLOAD, "")

    @property
    def running(self) -> bool:
        """Running, and not about to leave."""
        return self.status.phase == "Running" and self.metadata.deletion_timestamp is None

    def asks(self, resource: str) -> int:
        """The sum over the containers; 0 when the resource is not asked for."""
        limits = [container.resources.limits for container in self.spec.containers]
        return sum(quantity(limit.get(resource, "0")) for limit in limits)


class _Consumed(msgspec.Struct, rename="camel"):
    driver: str
    pool: str
    device: str
    consumed_capacity: dict[str, str] = {}


class _Devices(msgspec.Struct):
    results: list[_Consumed] = []


class _Allocation(msgspec.Struct):
    devices: _Devices = msgspec.field(default_factory=_Devices)


class _ClaimState(msgspec.Struct, rename="camel"):
    allocation: _Allocation | None = None
    reserved_for: list[dict[str, str]] = []


class Claim(msgspec.Struct):
    """A resource claim and what was allocated to it."""

    metadata: Metadata
    status: _ClaimState = msgspec.field(default_factory=_ClaimState)

    @property
    def results(self) -> list[_Consumed]:
        """The devices allocated; empty before allocation."""
        return self.status.allocation.devices.results if self.status.allocation else []


class _Capacity(msgspec.Struct):
    value: str


class Device(msgspec.Struct):
    """A card as its driver publishes it."""

    name: str
    capacity: dict[str, _Capacity] = {}


class _SlicePool(msgspec.Struct):
    name: str


class _SliceSpec(msgspec.Struct, rename="camel"):
    driver: str
    pool: _SlicePool
    node_name: str = ""
    devices: list[Device] = []


class Slice(msgspec.Struct):
    """The cards of one node."""

    metadata: Metadata
    spec: _SliceSpec


class _QuotaStatus(msgspec.Struct):
    hard: dict[str, str] = {}
    used: dict[str, str] = {}


class Quota(msgspec.Struct):
    """A ResourceQuota as the controller sees it."""

    metadata: Metadata
    status: _QuotaStatus = msgspec.field(default_factory=_QuotaStatus)


class _Object(msgspec.Struct, rename="camel"):
    kind: str = ""
    namespace: str = ""
    name: str = ""


class Event(msgspec.Struct, rename="camel"):
    """Something a controller said about an object."""

    metadata: Metadata
    involved_object: _Object
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A cluster at one moment."""

    nodes: dict[str, Node]
    pods: list[Pod]
    claims: list[Claim]
    slices: dict[str, Slice]
    quotas: list[Quota]
    failures: list[Event]
    """Why controllers could not create pods."""
    claim_failures: dict[tuple[str, str], str]
    """By namespace and pod, why its resource claim could not be made."""
    hami: dict[str, dict[str, CardUse]]
    """By node and UUID, what HAMi's annotations say; empty where it does not run."""

    def workloads(self) -> dict[str, list[Pod]]:
        """Pods of the demand by workload; pods about to leave are left out."""
        found: dict[str, list[Pod]] = defaultdict(list)
        for pod in self.pods:
            if pod.workload and pod.metadata.deletion_timestamp is None:
                found[pod.workload].append(pod)
        return found


def observe(live: Live, *, claims: bool, annotations: bool) -> Observation:
    """Read the cluster. Cards are cut by DRA (`claims`), by HAMi (`annotations`), or not."""
    nodes = live.list("/api/v1/nodes", Node)
    slices = live.list("/apis/resource.k8s.io/v1/resourceslices", Slice) if claims else []
    return Observation(
        nodes={node.metadata.name: node for node in nodes},
        pods=live.list("/api/v1/pods", Pod),
        claims=live.list("/apis/resource.k8s.io/v1/resourceclaims", Claim) if claims else [],
        slices={piece.spec.node_name: piece for piece in slices},
        quotas=live.list("/api/v1/resourcequotas", Quota),
        failures=_events(live, "FailedCreate"),
        claim_failures={
            (event.involved_object.namespace, event.involved_object.name): event.message
            for event in _events(live, "FailedResourceClaimCreation")
        },
        hami=hami_allocations.allocations(live.list("/api/v1/pods", dict)) if annotations else {},
    )


def _events(live: Live, reason: str) -> list[Event]:
    return live.list("/api/v1/events", Event, fieldSelector=f"reason={reason}")


def quantity(text: str) -> int:
    """A Kubernetes quantity as a whole number: bytes for memory, thousandths rounded up."""
    suffixes: dict[str, Any] = {
        "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50,
        "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15,
    }  # fmt: skip
    for suffix, factor in suffixes.items():
        if text.endswith(suffix):
            return int(float(text[: -len(suffix)]) * factor)
    if text.endswith("m"):
        return -(-int(text[:-1]) // 1000)
    return int(float(text))


def mib(text: str) -> int:
    """A memory quantity in MiB."""
    return quantity(text) // 2**20
