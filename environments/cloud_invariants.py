"""What must hold of a cluster's cloud: who reaches it, how many nodes, what things are called."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from environments import network_invariants
from environments.clouds import LEVELS, SYSTEM_NODES
from environments.faults import Fault, Path, twice
from environments.model import (
    Cluster,
    Embedded,
    Environment,
    Logs,
    Private,
    Public,
    Tencentcloud,
    Volcengine,
)

WIDEST_ALLOWED = 8
"""Prefix length above which a range is a part of the internet, and not all of it."""
LONGEST_NAME = 40
"""Of `<environment>-<cluster>` at a cloud: subnets, for one, are called longer, and end at 60."""
LONGEST_REGISTRY = 30
SMALLEST_FILES = 10
LONGEST_BUCKET = 60
APPID = 10
"""Digits of an account's APPID, as the provider wants them at the end of a bucket's name."""


def faults(environment: Environment) -> Iterator[Fault]:
    """Every relation that does not hold of the public clouds of the environment."""
    buckets: dict[str, str] = {}
    for name, cluster in environment.clusters.items():
        cloud, at = cluster.cloud, ("clusters", name)
        if isinstance(cloud, Private | Embedded):
            continue
        called = f"{environment.name}-{name}"
        yield from _zones(cloud, (*at, "cloud"))
        yield from _api(cloud, (*at, "cloud", "api"))
        yield from network_invariants.faults(cluster, cloud, at)
        yield from _level(cluster, at)
        yield from _names(cloud, called, at)
        yield from _files(cloud, (*at, "cloud", "files"))
        yield from _buckets(cloud, called, (*at, "cloud", "buckets"), buckets)


def warnings(environment: Environment) -> Iterator[Fault]:
    """A warning for each key that is written, though its cloud does nothing with it."""
    for name, cluster in environment.clusters.items():
        cloud, at = cluster.cloud, ("clusters", name, "cloud")
        if isinstance(cloud, Volcengine) and cloud.registry and cloud.registry.tier != "basic":
            message = "registries that cache others have one size on Volcano Engine; remove tier"
            yield Fault((*at, "registry", "tier"), "ignored-key", message)
        if isinstance(cloud, Tencentcloud) and cloud.logs and cloud.logs.days != Logs().days:
            message = (
                "the log topic itself says how long on Tencent Cloud; set it there, remove days"
            )
            yield Fault((*at, "logs", "days"), "ignored-key", message)


def _zones(cloud: Public, at: Path) -> Iterator[Fault]:
    here = (*at, "zones")
    yield from twice(cloud.zones, here)
    for index, zone in enumerate(cloud.zones):
        if not _is_zone(cloud, zone):
            like = _zone(cloud, "4" if isinstance(cloud, Tencentcloud) else "a")
            message = f'"{zone}" is no zone of {cloud.region}; they are called like {like}'
            yield Fault((*here, index), "zone-not-in-region", message, needs=(at,))


def _zone(cloud: Public, last: str) -> str:
    """Regions that end in a number have no dash before the letter: `ap-southeast-1a`."""
    numbered = cloud.region[-1].isdigit() and not isinstance(cloud, Tencentcloud)
    return f"{cloud.region}{'' if numbered else '-'}{last}"


def _is_zone(cloud: Public, zone: str) -> bool:
    if not zone.startswith(_zone(cloud, "")):
        return False
    last = zone.removeprefix(_zone(cloud, ""))
    return last.isdigit() if isinstance(cloud, Tencentcloud) else last.isalpha() and len(last) == 1


def _api(cloud: Public, at: Path) -> Iterator[Fault]:
    if cloud.api.public and not isinstance(cloud, Tencentcloud):
        # Neither provider's cluster takes an allow-list: it would be open to everyone.
        message = "this cloud's Terraform provider cannot limit who reaches it; remove it"
        yield Fault((*at, "public"), "open-endpoint", message, needs=(at[:-1],))
    elif cloud.api.public and not cloud.api.allow:
        message = 'a public endpoint needs "allow": the ranges of those who may reach it'
        needs = ((*at, "allow"),)
        yield Fault((*at, "public"), "open-endpoint", message, needs=needs)
    if cloud.api.allow and not cloud.api.public:
        message = 'these may reach a public endpoint, and there is none; set "public: true"'
        yield Fault((*at, "allow"), "endpoint-not-public", message, needs=((*at, "public"),))
    for index, written in enumerate(cloud.api.allow):
        here = (*at, "allow", index)
        yield from network_invariants.range_fault(written, here)
        if IPv4Network(written, strict=False).prefixlen < WIDEST_ALLOWED:
            message = f"{written} lets the whole internet in; name the ranges of your offices"
            yield Fault(here, "open-endpoint", message)


def _level(cluster: Cluster, at: Path) -> Iterator[Fault]:
    if not isinstance(cluster.cloud, Tencentcloud):
        return
    nodes = cluster.most_nodes + SYSTEM_NODES
    level = cluster.cloud.level_for(nodes)
    if nodes > LEVELS[level]:
        fits = next((name for name, most in LEVELS.items() if nodes <= most), None)
        instead = f"set {fits}, or leave it out" if fits else "make two clusters"
        message = (
            f"pools may grow to {cluster.most_nodes} nodes, with {SYSTEM_NODES} of the system's "
            f"own; {level} holds {LEVELS[level]}; {instead}"
        )
        yield Fault((*at, "cloud", "level"), "nodes-over-level", message, needs=((*at, "pools"),))


def _names(cloud: Public, called: str, at: Path) -> Iterator[Fault]:
    if len(called) > LONGEST_NAME:
        message = f'"{called}" is its name at the cloud, at most {LONGEST_NAME} characters'
        yield Fault(at, "name-too-long", f"{message}; shorten it", at_key=True)
    elif cloud.registry is not None and len(called) > LONGEST_REGISTRY:
        message = f'"{called}" is the registry\'s name, at most {LONGEST_REGISTRY} characters'
        here = (*at, "cloud", "registry")
        yield Fault(here, "name-too-long", f"{message}; shorten the cluster's name", at_key=True)


def _buckets(cloud: Public, called: str, at: Path, buckets: dict[str, str]) -> Iterator[Fault]:
    for key, bucket in cloud.buckets.items():
        here = (*at, key)
        if bucket.name is None and isinstance(cloud, Tencentcloud):
            message = '"name" is missing: on Tencent Cloud it ends in the account\'s APPID'
            yield Fault(here, "missing-key", message, at_key=True, needs=((*here, "name"),))
            continue
        name = bucket.name or f"{called}-{key}"
        needs: tuple[Path, ...] = ((*here, "name"),)
        if len(name) > LONGEST_BUCKET:
            message = f'"{name}" has {len(name)} characters, at most {LONGEST_BUCKET}; give a name'
            yield Fault(here, "name-too-long", message, at_key=True, needs=needs)
        if isinstance(cloud, Tencentcloud) and not ends_in_appid(name):
            yield Fault((*here, "name"), "bucket-without-appid", appid_message(name))
        if name in buckets:
            message = f'"{name}" is a bucket of {buckets[name]} already; give another name'
            yield Fault(here, "same-bucket-twice", message, at_key=True, needs=needs)
        buckets.setdefault(name, called)


def _files(cloud: Public, at: Path) -> Iterator[Fault]:
    for key, storage in cloud.files.items():
        size = storage.capacity
        if size.bytes % 2**30 or size.mib < SMALLEST_FILES * 1024:
            message = f"must be whole Gi, and at least {SMALLEST_FILES}Gi; got {size}"
            yield Fault((*at, key, "capacity"), "disk-size", message)


def ends_in_appid(bucket: str) -> bool:
    """Whether the name of a COS bucket is whole: `<name>-<APPID>`."""
    appid = bucket.rpartition("-")[2]
    return appid.isascii() and appid.isdigit() and len(appid) == APPID


def appid_message(bucket: str) -> str:
    """What to write instead of the name of a COS bucket that is not whole."""
    like = bucket.rstrip("-0123456789")[:30] or "bucket"
    return f"must end in the {APPID} digits of the account's APPID, like {like}-1250000000"
