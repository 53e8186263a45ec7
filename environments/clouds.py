"""Where a cluster stands, and what the cloud is to build around it.

Every field but region and zones has a default, and every default is the safe
one: a private endpoint, deletion protection, logs. What must hold between the
fields is in `cloud_invariants`; which subnet goes where, in `addresses`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from environments.quantity import Memory
from environments.words import (
    BucketName,
    CardName,
    Cidr,
    Count,
    EnvironmentVariable,
    LogProject,
    Name,
    Region,
    Words,
    Zone,
)

Level = Literal["L5", "L20", "L50", "L100", "L200", "L500", "L1000", "L3000", "L5000"]
Provider = Literal["volcengine", "tencentcloud", "alicloud", "private"]


class Network(Words, frozen=True, kw_only=True):
    """The cluster's own VPC: a subnet for nodes and one for pods in each zone."""

    cidr: Cidr = "10.0.0.0/12"
    """Addresses of the VPC; room for fifteen zones as the other defaults have it."""
    nodes: Annotated[int, Meta(ge=16, le=28)] = 22
    """Prefix length of each zone's subnet for nodes: 22 holds a thousand."""
    pods: Annotated[int, Meta(ge=16, le=28)] = 16
    """Prefix length of each zone's subnet for pods, which have addresses of the VPC."""
    services: Cidr = "172.21.0.0/20"
    """Addresses of services, outside the VPC: 20 holds four thousand."""
    pods_per_node: Annotated[int, Meta(ge=16, le=256)] = 128
    """The most pods on one node: eight cards cut in ten are eighty, and the system's own."""


class Api(Words, frozen=True, kw_only=True):
    """The endpoint of the API server. Within the VPC it is always there."""

    public: bool = False
    """Whether it can be reached from the internet too, by those in `allow`."""
    allow: list[Cidr] = field(default_factory=list)
    """Who may reach the public endpoint."""


class Logs(Words, frozen=True, kw_only=True):
    """Audit and control plane logs, kept by the cloud's log service."""

    days: Annotated[int, Meta(ge=1, le=3650)] = 90
    """How long they are kept; on Tencent Cloud their topic says."""
    project: LogProject | None = None
    """A project that exists already; the cloud makes one when left out."""


class Registry(Words, frozen=True, kw_only=True):
    """A registry of the cluster's own, from which nodes pull what the device layer needs."""

    tier: Literal["basic", "standard", "premium"] = "basic"
    """The size in which the cloud sells it: billed by the month, used or not."""


class Bucket(Words, frozen=True, kw_only=True):
    """Object storage, as for checkpoints: private, encrypted, versioned."""

    name: BucketName | None = None
    """Unique in the whole cloud; `<environment>-<cluster>-<key>` when left out. On Tencent
    Cloud it ends in the account's APPID and cannot be left out."""
    versions_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    """How long a version is kept once another took its place."""


class FileStorage(Words, frozen=True, kw_only=True):
    """A file system that all nodes of the cluster share."""

    capacity: Memory
    """How much it holds."""
    kind: Literal["standard", "parallel"] = "standard"
    """`standard`: NFS. `parallel`: many times faster, billed for all its capacity (vePFS,
    CFS Turbo, CPFS)."""


class _Public(Words, frozen=True, kw_only=True):
    region: Region
    """Where the cluster stands, as the cloud calls it."""
    zones: Annotated[list[Zone], Meta(min_length=1)]
    """Zones of the region, in order of preference. Put a new one last: the addresses of a zone go
    by its place in the list."""
    quota: dict[CardName, Count] = field(default_factory=dict)
    """Cards of a type that the account may hold in this region, as the cloud granted them."""
    network: Network = Network()
    """Its VPC and the addresses in it."""
    api: Api = Api()
    """Who may reach the API server."""
    protected: bool = True
    """Whether the cloud and Terraform refuse to delete the cluster, its buckets, its files
    and its registry."""
    logs: Logs | None = Logs()
    """Audit and control plane logs; `null` for none."""
    registry: Registry | None = None
    """A registry for the cluster's images; none when left out."""
    buckets: dict[Name, Bucket] = field(default_factory=dict)
    """Buckets by what they are for."""
    files: dict[Name, FileStorage] = field(default_factory=dict)
    """Shared file systems by what they are for."""
    prometheus: bool = False
    """Whether the cloud keeps the cluster's metrics, in a workspace of its own."""


class Volcengine(_Public, tag="volcengine", tag_field="provider", frozen=True, kw_only=True):
    """Volcano Engine: VKE."""


class Tencentcloud(_Public, tag="tencentcloud", tag_field="provider", frozen=True, kw_only=True):
    """Tencent Cloud: TKE."""

    level: Level | None = None
    """How many nodes the control plane is made for; when left out, the smallest that holds
    every pool at its largest."""

    def level_for(self, nodes: int) -> Level:
        """The level that was asked for, else the smallest for so many nodes."""
        if self.level is not None:
            return self.level
        return next((level for level, most in LEVELS.items() if nodes <= most), "L5000")


class Alicloud(_Public, tag="alicloud", tag_field="provider", frozen=True, kw_only=True):
    """Alibaba Cloud: ACK."""

    spec: Literal[
        "ack.standard", "ack.pro.small", "ack.pro.xlarge", "ack.pro.2xlarge", "ack.pro.4xlarge"
    ] = "ack.pro.small"
    """The control plane. `ack.standard` has no service level and none of ACK's labels for GPUs."""


class Private(Words, tag="private", tag_field="provider", frozen=True, kw_only=True):
    """Machines and a control plane that exist already."""

    kubeconfig_env: EnvironmentVariable
    """The environment variable that holds the path of the kubeconfig."""


class Embedded(Words, tag="embedded", tag_field="provider", frozen=True, kw_only=True):
    """A local control plane with simulated nodes: the twin's cloud."""

    replaces: Provider = "private"
    """The cloud it stands in for."""
    scheduler: Literal["stock", "hami"] = "stock"
    """`stock`: kube-scheduler cuts cards by DRA. `hami`: HAMi's own extender does."""


Public = Volcengine | Tencentcloud | Alicloud
Cloud = Volcengine | Tencentcloud | Alicloud | Private | Embedded

SYSTEM_NODES = 3
"""Machines without cards that every public cluster has beside its pools, for what runs it."""

LEVELS: dict[Level, int] = {
    "L5": 5,
    "L20": 20,
    "L50": 50,
    "L100": 100,
    "L200": 200,
    "L500": 500,
    "L1000": 1000,
    "L3000": 3000,
    "L5000": 5000,
}
"""The most nodes of a TKE cluster, by its level."""


def provider(cloud: Cloud) -> Provider:
    """Whose cloud it is; of a twin, whose it stands in for."""
    match cloud:
        case Volcengine():
            return "volcengine"
        case Tencentcloud():
            return "tencentcloud"
        case Alicloud():
            return "alicloud"
        case Private():
            return "private"
        case Embedded():
            return cloud.replaces
