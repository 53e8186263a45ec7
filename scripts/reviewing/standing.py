"""Which machines do the plans of a cluster layer know, before and after?

Read from the node pools of every cloud, from machines that are attached one by one,
from the nodes of a twin and from what a private cluster's reconciler is told. What
their cards are is `machines`'s business; what it means for the fleet, `capacity`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import msgspec
import yaml

from policies import fields
from policies.change import Change, PlanFile
from policies.values import ABSENT, UNKNOWN, mapping, number, sequence, text

POOL, CARD = "gpu-fleet.dev/pool", "gpu-fleet.dev/card"
ATTACHED, MACHINE = "tencentcloud_kubernetes_cluster_attachment", "tencentcloud_instance"
MANIFEST = "kubectl_manifest"
LEAST = {
    fields.VKE_OLD: ("auto_scaling", "min_replicas"),
    fields.VKE: ("auto_scaling", "min_replicas"),
    fields.TKE: ("min_size",),
    fields.TKE_NATIVE: ("native", "scaling", "min_replicas"),
    fields.ACK: ("scaling_config", "min_size"),
}
"""The fewest machines that an autoscaler leaves."""


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Kind(NamedTuple):
    """Equal machines, as a plan tells them."""

    pool: str
    card: str
    """As their labels say; empty where they do not."""
    types: tuple[str, ...]
    """Instance types, any of which they may have; none where the plan does not say."""
    cloud: str
    """The provider's prefix: `alicloud`; empty for what is no cloud's."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """Machines by kind, on both sides of the plans."""

    before: Counter[Kind] = field(default_factory=Counter)
    after: Counter[Kind] = field(default_factory=Counter)
    most: dict[str, int] = field(default_factory=dict)
    """What an autoscaler may make of a pool afterwards."""
    assumed: dict[str, int] = field(default_factory=dict)
    """Pools whose size no plan says, and what is taken for it."""
    begun: dict[str, int] = field(default_factory=dict)
    """New pools that nobody gave a size: their autoscalers begin with the least."""
    forgotten: Counter[str] = field(default_factory=Counter)
    """Machines of pools that Terraform will no longer know; they stay."""
    beside: Counter[str] = field(default_factory=Counter)
    """New machines of pools that stand before the old ones go."""

    @property
    def pools(self) -> list[str]:
        """Every pool that is told of, in order of appearance."""
        return list(dict.fromkeys(kind.pool for kind in (*self.before, *self.after)))

    @property
    def changes(self) -> bool:
        """Whether the machines are others afterwards, or others for a time."""
        return +self.before != +self.after or bool(self.beside or self.forgotten)


def standing(plans: Iterable[PlanFile], desired: Mapping[str, int]) -> Standing:
    """All machines of a cluster's plans; `desired` is taken where these say no size."""
    found = Standing()
    for plan in plans:
        types = _machine_types(plan)
        for change in plan.changes:
            if change.mode == "managed":
                _add(found, change, types, desired)
    return found


def _add(
    found: Standing, change: Change, types: Mapping[Any, str], desired: Mapping[str, int]
) -> None:
    if change.type in fields.POOLS:
        _pool(found, change, desired)
    elif change.type == ATTACHED:
        machine = (f"{change.name}-machine", change.index)
        old, new = types.get((*machine, "before"), ""), types.get((*machine, "after"), "")
        before, after = _attached(change.before, old), _attached(change.after, new)
        _count(found, change, before, after, (1, 1))
    elif change.type == MANIFEST:
        _manifest(found, change, desired)


def _count(
    found: Standing,
    change: Change,
    before: Kind | None,
    after: Kind | None,
    sizes: tuple[int, int],
) -> None:
    old, new = sizes
    if before is not None:
        found.before[before] += old
    if after is not None:
        found.after[after] += new
    if before is not None and change.forgets and not change.deletes:
        found.after[before] += old
        found.forgotten[before.pool] += old
    elif after is not None and change.replaces and change.actions[0] == "create":
        found.beside[after.pool] += new


# --- node pools ----------------------------------------------------------------------


def _pool(found: Standing, change: Change, desired: Mapping[str, int]) -> None:
    before, after = _kind(change, change.before), _kind(change, change.after)
    if before is None and after is None:
        return
    old = _size(change.before, fields.DESIRED[change.type])
    new = _planned(change, old)
    name = (after or before or Kind("", "", (), "")).pool
    least = _least(change) if after is not None and new is None else None
    if least is not None:
        found.begun[name] = new = least
    if (before is not None and old is None) or (after is not None and new is None):
        found.assumed[name] = desired.get(name, 0)
    sizes = (found.assumed.get(name, 0) if size is None else size for size in (old, new))
    _count(found, change, before, after, (next(sizes), next(sizes)))
    if after is not None and fields.autoscaled(change) is not False:
        most = _size(change.after, fields.MOST[change.type])
        if most is not None:
            found.most[name] = found.most.get(name, 0) + most


def _planned(change: Change, before: int | None) -> int | None:
    """The size afterwards. What is not said stays; an autoscaler keeps it within its bounds."""
    _, value = fields.of(change, fields.DESIRED)
    size = None if value is ABSENT or value is UNKNOWN else _whole(value)
    if size is None and not change.creates:
        size = before
    if size is None or fields.autoscaled(change) is not True:
        return size
    least = _size(change.after, LEAST[change.type])
    most = _size(change.after, fields.MOST[change.type])
    size = size if least is None else max(size, least)
    return size if most is None else min(size, most)


def _least(change: Change) -> int | None:
    """What a pool begins with that has an autoscaler and no size; None for any other."""
    _, value = fields.of(change, fields.DESIRED)
    if value is not ABSENT or fields.autoscaled(change) is not True:
        return None
    return _size(change.after, LEAST[change.type])


def _kind(change: Change, attributes: Any) -> Kind | None:
    """None for what is not there, and for a pool that is none of the fleet's."""
    if not isinstance(attributes, Mapping):
        return None
    labels = fields.as_map(fields.within(attributes, fields.LABELS[change.type]))
    # A label may be known after the apply only; our stacks name a pool's resource for it.
    name = text(labels, POOL) or _named(change)
    if not name:
        return None
    types = fields.within(attributes, fields.INSTANCE_TYPES[change.type])
    listed = types if isinstance(types, list) else [types]
    return Kind(
        pool=name,
        card=text(labels, CARD),
        types=tuple(each for each in listed if isinstance(each, str)),
        cloud=change.type.partition("_")[0],
    )


def _named(change: Change) -> str:
    return change.name.removeprefix("pool-") if change.name.startswith("pool-") else ""


def _size(attributes: Any, path: tuple[str, ...]) -> int | None:
    return _whole(fields.within(attributes, path))


def _whole(value: Any) -> int | None:
    found = number({"n": value}, "n")
    return None if found is None else int(found)


# --- machines that are attached one by one -------------------------------------------


def _machine_types(plan: PlanFile) -> dict[tuple[Any, ...], str]:
    """The instance type of each machine, by its name, key of `for_each` and side."""
    return {
        (change.name, change.index, side): text(getattr(change, side), "instance_type")
        for change in plan.changes
        if change.type == MACHINE
        for side in ("before", "after")
    }


def _attached(attributes: Any, instance_type: str) -> Kind | None:
    labels = mapping(attributes, "labels")
    pool = text(labels, POOL)
    if not pool:
        return None
    types = (instance_type,) if instance_type else ()
    return Kind(pool=pool, card=text(labels, CARD), types=types, cloud="tencentcloud")


# --- objects of Kubernetes ------------------------------------------------------------


class _Meta(msgspec.Struct, frozen=True):
    name: str = ""
    labels: dict[str, Any] | None = None


class _Object(msgspec.Struct, frozen=True):
    kind: str = ""
    metadata: _Meta = _Meta()
    data: dict[str, Any] | None = None


def _manifest(found: Standing, change: Change, desired: Mapping[str, int]) -> None:
    before, after = _object(change.before), _object(change.after)
    kinds = {each.kind for each in (before, after) if each is not None}
    if "Node" in kinds:
        _count(found, change, _node(before), _node(after), (1, 1))
    elif "ConfigMap" in kinds:
        for counter, body in ((found.before, before), (found.after, after)):
            for kind, hosts in _told(body):
                counter[kind] += desired.get(kind.pool, 0) if hosts is None else hosts
                if hosts is None:
                    found.assumed[kind.pool] = desired.get(kind.pool, 0)


def _object(attributes: Any) -> _Object | None:
    """The object as the provider repeats it; what was written is sensitive to the provider."""
    kind = text(attributes, "kind")
    if kind not in {"Node", "ConfigMap"}:
        return None
    body = text(attributes, "yaml_body_parsed")
    # Keys are in order: what a node is for us stands before its taints and what it offers.
    return _parsed(body.partition("\nspec:")[0] if kind == "Node" else body)


@cache
def _parsed(body: str) -> _Object | None:
    try:
        return msgspec.convert(yaml.load(body, Loader=_LOADER), _Object)  # noqa: S506 - a safe one
    except (yaml.YAMLError, msgspec.ValidationError):
        return None


def _node(body: _Object | None) -> Kind | None:
    labels = (body and body.metadata.labels) or {}
    pool = text(labels, POOL)
    return Kind(pool=pool, card=text(labels, CARD), types=(), cloud="") if pool else None


def _told(body: _Object | None) -> Iterator[tuple[Kind, int | None]]:
    """What the reconciler of a private cluster is told; None where it finds nodes by labels."""
    if body is None or body.metadata.name != "node-pools":
        return
    try:
        pools = msgspec.json.decode(text(body.data, "pools.json"))
    except msgspec.DecodeError:
        return
    for pool, meant in pools.items() if isinstance(pools, Mapping) else ():
        hosts = sequence(meant, "hosts")
        card = text(meant, "labels", CARD)
        yield Kind(pool=pool, card=card, types=(), cloud=""), len(hosts) or None
