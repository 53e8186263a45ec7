"""What a fleet is: the words of an environment file, and nothing about how it is made.

Every named thing is a map entry, never a list item: the key becomes the
construct id, the Terraform address and the Kubernetes name, so nothing shifts
when a neighbour is added or removed. Relations between fields are in
`invariants`; where a value stands in the file is known by `load`.

Clouds, pools and backends are in `clouds`, `pools` and `backends`, and can be had
from here too; the smallest words are in `words`. The JSON Schema in
`environment.schema.json` is derived by `schema`, with the texts below the attributes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from environments.backends import Backend, Cos, Local, Oss, Tos
from environments.clouds import (
    Alicloud,
    Api,
    Bucket,
    Cloud,
    Embedded,
    FileStorage,
    Level,
    Logs,
    Network,
    Private,
    Provider,
    Public,
    Registry,
    Tencentcloud,
    Volcengine,
)
from environments.pools import Disk, Machine, Nodes, Pool, Scripts, Taint
from environments.quantity import Cpu, Memory
from environments.words import (
    END,
    CardName,
    Count,
    Day,
    ExactVersion,
    KubernetesVersion,
    Name,
    ProviderSource,
    RelativePath,
    RuleName,
    SubjectGlob,
    Text,
    Words,
)

__all__ = [
    "Alicloud",
    "Api",
    "Backend",
    "Bucket",
    "Cloud",
    "Cluster",
    "ContainerDefaults",
    "Cos",
    "Disk",
    "Dra",
    "Embedded",
    "Environment",
    "FileStorage",
    "Hami",
    "Level",
    "Local",
    "Logs",
    "Machine",
    "Mode",
    "Network",
    "Nodes",
    "Oss",
    "Pool",
    "Prices",
    "Priority",
    "Private",
    "Provider",
    "ProviderPin",
    "Providers",
    "Public",
    "Quota",
    "Registry",
    "Scripts",
    "Settings",
    "Share",
    "Sharing",
    "Taint",
    "Tenant",
    "Tencentcloud",
    "Tos",
    "Volcengine",
    "Waiver",
]

Mode = Literal["none", "hami", "dra"]

# --- sharing -------------------------------------------------------------------


class Hami(Words, tag="hami", tag_field="mode", frozen=True, kw_only=True):
    """Cards cut by HAMi's device plugin and scheduler extender."""

    version: Literal["2.7.1", "2.8.1", "2.9.0", "2.10.0"] = "2.9.0"
    """Chart version. 2.9.0 by default: 2.10.0 forgets the cards of a pod whose init
    container asks for none, and hands them out again (measured)."""
    split: Annotated[int, Meta(ge=1, le=100)] = 10
    """Tasks that may share a card."""
    node_policy: Literal["binpack", "spread"] = "binpack"
    """Whether a pod goes to the fullest node that fits, or to the emptiest."""
    card_policy: Literal["binpack", "spread", "topology-aware"] = "spread"
    """The same among the cards of the node."""
    memory_scaling: Annotated[float, Meta(ge=1, le=2)] = 1
    """Above 1 the card's memory is promised more than once."""
    core_scaling: Annotated[float, Meta(ge=1, le=2)] = 1
    """Above 1 the card's cores are promised more than once."""
    whole_cards: Count = 1
    """Whole cards that one pod may still ask for; above, it belongs on a GPU cluster."""


class Dra(Words, tag="dra", tag_field="mode", frozen=True, kw_only=True):
    """Cards cut by HAMi's DRA driver and the stock scheduler."""

    version: Literal["0.2.0"] = "0.2.0"
    """Chart version of the driver."""
    split: Annotated[int, Meta(ge=1, le=100)] = 10
    """Tasks that may share a card."""
    node_policy: Literal["binpack", "spread"] = "binpack"
    """Whether a pod goes to the fullest node that fits, or to the emptiest."""
    whole_cards: Count = 1
    """Whole cards that one pod may still ask for; above, it belongs on a GPU cluster."""


Sharing = Literal["none"] | Hami | Dra


# --- clusters --------------------------------------------------------------------


class Cluster(Words, frozen=True, kw_only=True):
    """A GPU cluster (`sharing: none`) or a vGPU cluster; never both."""

    cloud: Cloud
    """Where the cluster stands; `provider` says which of these it is."""
    kubernetes: KubernetesVersion
    """The minor version, in quotes."""
    sharing: Sharing
    """How cards are handed out: `none`, or a map with `mode`; one mode a cluster."""
    pools: Annotated[dict[Name, Pool], Meta(min_length=1)]
    """Node pools by name."""
    description: Text | None = None
    """For people."""

    @property
    def mode(self) -> Mode:
        """How cards are handed out."""
        match self.sharing:
            case Hami():
                return "hami"
            case Dra():
                return "dra"
            case _:
                return "none"

    @property
    def minor(self) -> int:
        """The minor version of Kubernetes: 34 for `"1.34"`."""
        return int(self.kubernetes.partition(".")[2])

    @property
    def most_nodes(self) -> int:
        """The nodes of all pools at their largest."""
        return sum(pool.nodes.most for pool in self.pools.values())

    def zones_of(self, pool: Pool) -> list[str]:
        """The zones in which the pool's machines may stand, in the cluster's order."""
        own: list[str] = getattr(self.cloud, "zones", [])
        return [zone for zone in own if zone in pool.zones] if pool.zones else list(own)

    def cordons(self, pool: Pool) -> bool:
        """Whether nodes of the pool join unschedulable.

        Those that an autoscaler adds do only where the file says so: it adds more as long as
        no pod can run on them.
        """
        if pool.cordon is None:
            return self.mode != "none" and not pool.nodes.autoscaled
        return pool.cordon


# --- tenants -------------------------------------------------------------------


class Quota(Words, frozen=True, kw_only=True):
    """The most a tenant may hold in one cluster at one time. What is left out is not limited."""

    cards: Count | None = None
    """Whole cards; GPU clusters only."""
    slices: Count | None = None
    """Cut cards held, one for each card of each pod; vGPU clusters only."""
    gpu_memory: Memory | None = None
    """Memory of cards, summed over the slices; vGPU clusters only."""
    gpu_cores: Count | None = None
    """Hundredths of a card's cores, summed over the slices; vGPU clusters only."""
    cpu: Cpu | None = None
    """Processor cores of nodes, summed over the pods."""
    memory: Memory | None = None
    """Memory of nodes, summed over the pods."""
    pods: Count | None = None
    """Pods at one time."""


class Share(Words, frozen=True, kw_only=True):
    """What a tenant gets in one cluster."""

    quota: Quota
    """The most it may hold there."""


class ContainerDefaults(Words, frozen=True, kw_only=True):
    """What a container asks for when it does not say: processor and memory of the node."""

    cpu: Cpu
    """Processor cores."""
    memory: Memory
    """Memory of the node."""


class Tenant(Words, frozen=True, kw_only=True):
    """A team: one namespace of the tenant's name in each of its clusters."""

    owner: Text
    """Whom to ask: a team or an address."""
    clusters: Annotated[dict[Name, Share], Meta(min_length=1)]
    """Its share of each cluster that it may use."""
    priorities: Annotated[list[Name], Meta(min_length=1)]
    """The priorities its pods may carry, the usual one first."""
    container_defaults: ContainerDefaults = field(
        default_factory=lambda: ContainerDefaults(cpu=Cpu("1"), memory=Memory("2Gi"))
    )
    """What its containers ask for when they do not say; 1 core and 2Gi when left out."""
    description: Text | None = None
    """For people."""


class Priority(Words, frozen=True, kw_only=True):
    """A PriorityClass."""

    value: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    """The higher goes first."""
    preempts: bool = True
    """Whether its pods may push out pods of lower priority."""
    description: Text
    """For people: who should use it."""


# --- settings ------------------------------------------------------------------


class ProviderPin(Words, frozen=True, kw_only=True):
    """A Terraform provider at an exact version."""

    source: ProviderSource
    """Its address in the Terraform registry."""
    version: ExactVersion
    """The one version that is used."""


class Providers(Words, frozen=True, kw_only=True):
    """The Terraform providers of the in-cluster layers."""

    kubectl: ProviderPin = ProviderPin(source="alekc/kubectl", version="2.1.3")
    """Applies manifests."""
    helm: ProviderPin = ProviderPin(source="hashicorp/helm", version="3.1.2")
    """Installs charts."""


class Settings(Words, frozen=True, kw_only=True):
    """What is common to all stacks of the environment."""

    providers: Providers = Providers()
    """Terraform providers at exact versions."""
    policy_action: Literal["Deny", "Warn", "Audit"] = "Deny"
    """What the API server does with a pod that an admission policy refuses."""
    rules: RelativePath | None = None
    """The directory of your own rules, seen from this file; `fleet lint` uses them too."""


class Waiver(Words, frozen=True, kw_only=True):
    """A finding of `fleet lint` that somebody accepts until a day."""

    rule: RuleName
    """The rule's id, as `fleet rules` shows it."""
    subject: SubjectGlob
    """The address of what is accepted, as the report shows it; `*` is any text."""
    reason: Text
    """Why it is accepted."""
    owner: Text
    """Who answers for that."""
    until: Day
    """The last day of it, in quotes."""


class Prices(Words, frozen=True, kw_only=True):
    """What cards cost, for reports that compare fleets; nothing is bought by it."""

    currency: Annotated[str, Meta(pattern=f"^[A-Z]{{3}}{END}")]
    """Three letters, like CNY."""
    card_hour: dict[CardName, Annotated[float, Meta(ge=0, le=100_000)]]
    """What one card of a type costs in an hour, its share of the machine included."""


class Environment(Words, frozen=True, kw_only=True):
    """A fleet: one file, one environment."""

    name: Name
    """The name of the file without `.yaml`; every stack's name begins with it."""
    clusters: Annotated[dict[Name, Cluster], Meta(min_length=1)]
    """Clusters by name."""
    tenants: dict[Name, Tenant] = field(default_factory=dict)
    """Teams by the name of their namespace."""
    priorities: dict[Name, Priority] = field(default_factory=dict)
    """PriorityClasses by name."""
    settings: Settings = Settings()
    """What all stacks share."""
    backend: Backend = Local()
    """Where Terraform keeps the states; files on this machine when left out."""
    prices: Prices | None = None
    """What cards cost; without it reports count cards alone."""
    waivers: list[Waiver] = field(default_factory=list)
    """Findings of `fleet lint` that are accepted, each until a day."""
    description: Text | None = None
    """For people."""

    def tenants_of(self, cluster: str) -> dict[str, Tenant]:
        """The tenants that have a share of the cluster, in the order of the file."""
        return {name: tenant for name, tenant in self.tenants.items() if cluster in tenant.clusters}
