"""Where does each provider keep what a rule asks for? One table for each question.

The same fault has another field in each cloud. A rule names its question, the
tables name the fields, and `every` and `one` read them through nested blocks
(one map or a list of maps, written by `dynamic`, or null, which is nothing).
Paths are those of the providers' schemas: volcengine 0.0.195, volcenginecc
0.0.53, tencentcloud 1.83.25, alicloud 1.289.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from policies.finding import Path, dotted
from policies.subject import Module, Resource
from policies.values import ABSENT, UNKNOWN, get, is_expression, is_true

Fields = Mapping[str, tuple[str, ...]]
"""Resource type -> path of the field, without positions of blocks."""

VKE_OLD, VKE = "volcengine_vke_node_pool", "volcenginecc_vke_node_pool"
TKE, TKE_NATIVE = "tencentcloud_kubernetes_node_pool", "tencentcloud_kubernetes_native_node_pool"
ACK = "alicloud_cs_kubernetes_node_pool"

POOLS = (VKE_OLD, VKE, TKE, TKE_NATIVE, ACK)
"""Node pools."""

CLUSTERS = (
    "volcengine_vke_cluster",
    "volcenginecc_vke_cluster",
    "tencentcloud_kubernetes_cluster",
    "alicloud_cs_managed_kubernetes",
)
"""Control planes."""

BUCKETS = (
    "volcengine_tos_bucket",
    "volcenginecc_tos_bucket",
    "tencentcloud_cos_bucket",
    "alicloud_oss_bucket",
)
"""Buckets for objects."""

FILE_SYSTEMS = (
    "volcengine_nas_file_system",
    "volcengine_vepfs_file_system",
    "volcenginecc_efs_file_system",
    "volcenginecc_filenas_instance",
    "volcenginecc_vepfs_instance",
    "tencentcloud_cfs_file_system",
    "tencentcloud_chdfs_file_system",
    "alicloud_nas_file_system",
)
"""Shared file systems."""

REGISTRIES = (
    "volcengine_cr_registry",
    "volcenginecc_cr_registry",
    "tencentcloud_tcr_instance",
    "alicloud_cr_ee_instance",
)
"""Registries of images."""

DATA = (*BUCKETS, *FILE_SYSTEMS, *REGISTRIES)
"""What holds data that no `apply` brings back."""

INSTANCE_TYPES: Fields = {
    VKE_OLD: ("node_config", "instance_type_ids"),
    VKE: ("node_config", "instance_type_ids"),
    TKE: ("auto_scaling_config", "instance_type"),
    TKE_NATIVE: ("native", "instance_types"),
    ACK: ("instance_types",),
}

DESIRED: Fields = {
    VKE_OLD: ("auto_scaling", "desired_replicas"),
    VKE: ("auto_scaling", "desired_replicas"),
    TKE: ("desired_capacity",),
    TKE_NATIVE: ("native", "replicas"),
    ACK: ("desired_size",),
}
"""How many machines a pool has now."""

MOST: Fields = {
    VKE_OLD: ("auto_scaling", "max_replicas"),
    VKE: ("auto_scaling", "max_replicas"),
    TKE: ("max_size",),
    TKE_NATIVE: ("native", "scaling", "max_replicas"),
    ACK: ("scaling_config", "max_size"),
}
"""How many machines an autoscaler may make of it."""

AUTOSCALED: Mapping[str, tuple[tuple[str, ...], bool]] = {
    VKE_OLD: (("auto_scaling", "enabled"), False),
    VKE: (("auto_scaling", "enabled"), False),
    TKE: (("enable_auto_scale",), True),
    TKE_NATIVE: (("native", "enable_autoscaling"), False),
    ACK: (("scaling_config", "enable"), False),
}
"""The switch of the autoscaler, and what it is when nobody wrote it. An ACK pool
scales only with a `scaling_config`; its `enable` is then true by default."""

PROTECTION: Fields = {
    "volcengine_vke_cluster": ("delete_protection_enabled",),
    "volcenginecc_vke_cluster": ("delete_protection_enabled",),
    "tencentcloud_kubernetes_cluster": ("deletion_protection",),
    "alicloud_cs_managed_kubernetes": ("deletion_protection",),
    TKE: ("deletion_protection",),
    TKE_NATIVE: ("deletion_protection",),
    "tencentcloud_tcr_instance": ("deletion_protection",),
}
"""The switch by which the cloud refuses to delete."""

LABELS: Fields = {
    VKE_OLD: ("kubernetes_config", "labels"),
    VKE: ("kubernetes_config", "labels"),
    TKE: ("labels",),
    TKE_NATIVE: ("labels",),
    ACK: ("labels",),
}
"""A map, or a list of `key` (native pools: `name`) and `value`."""

TAINTS: Fields = {
    VKE_OLD: ("kubernetes_config", "taints"),
    VKE: ("kubernetes_config", "taints"),
    TKE: ("taints",),
    TKE_NATIVE: ("taints",),
    ACK: ("taints",),
}


class Readable(Protocol):
    """A resource, or the change of one."""

    @property
    def type(self) -> str:
        """The resource type."""

    def get(self, *path: str | int) -> Any:
        """ABSENT, UNKNOWN or the value."""


def every(subject: Readable, path: tuple[str, ...]) -> Iterator[tuple[Path, Any]]:
    """The values at a path, one for each repetition of the blocks on the way.

    A path that leads nowhere gives one ABSENT, where it would have to be written.
    """
    if not isinstance(subject, Resource):
        return _values(subject, (), path)
    straight = _straight(subject.body, path)
    return iter((straight,)) if straight else _inside(subject.body, (), path, subject.module)


def one(subject: Readable, path: tuple[str, ...]) -> tuple[Path, Any]:
    """The first value at a path, with its exact place inside the resource."""
    if not isinstance(subject, Resource):
        return next(_values(subject, (), path))
    # Most fields are plain and at hand: this is what a fleet of ten thousand pools waits for.
    value: Any = subject.body
    at: Path = path
    for number, step in enumerate(path):
        if type(value) is list:
            done = len(at) - len(path) + number
            value, at = value[0] if value else None, (*at[:done], 0, *path[number:])
        if type(value) is not dict or "dynamic" in value:
            break
        value = value.get(step)
        if value is None:
            return at, ABSENT
    else:
        if value != [] and (type(value) is not str or "{" not in value):
            return at, value
    return next(every(subject, path))


def of(subject: Readable, fields: Fields) -> tuple[Path, Any]:
    """The first value of what a table names for the type of the subject."""
    return one(subject, fields[subject.type])


def pairs(subject: Readable, fields: Fields) -> Mapping[str, Any] | None:
    """Labels as a map, whichever way the provider writes them; None where they are not known."""
    _, found = of(subject, fields)
    return None if found is UNKNOWN else as_map(found)


def as_map(value: Any) -> Mapping[str, Any]:
    """A map as it is; a list of `key` (native pools: `name`) and `value` as one."""
    if isinstance(value, Mapping):
        return value
    listed = value if isinstance(value, list) else []
    entries = [entry for entry in listed if isinstance(entry, Mapping)]
    return {str(entry.get("key", entry.get("name"))): entry.get("value") for entry in entries}


def within(attributes: Any, path: tuple[str, ...]) -> Any:
    """The value at a path of plain attributes, through the first of nested blocks."""
    value = attributes
    for step in path:
        value = get(value[0] if isinstance(value, list) and value else value, step)
    return value


def autoscaled(subject: Readable) -> bool | None:
    """Whether an autoscaler changes the size of the pool; None where nobody knows yet."""
    path, default = AUTOSCALED[subject.type]
    if subject.type == ACK and one(subject, path[:1])[1] is not ABSENT:
        default = True
    _, value = one(subject, path)
    if value is UNKNOWN:
        return None
    return default if value is ABSENT else is_true(value)


def ignores(subject: Readable, path: Path) -> bool:
    """Whether `ignore_changes` names the field, or something around it."""
    _, ignored = one(subject, ("lifecycle", "ignore_changes"))
    if ignored == "all":
        return True
    name = dotted(tuple(step for step in path if isinstance(step, str)))
    entries = ignored if isinstance(ignored, list) else []
    return any(_covers(entry, name) for entry in entries if isinstance(entry, str))


def keeps(subject: Readable) -> bool | None:
    """Whether `prevent_destroy` guards the resource; None where nobody knows yet."""
    _, guard = one(subject, ("lifecycle", "prevent_destroy"))
    return None if guard is UNKNOWN else is_true(guard)


def word_for(kind: str) -> str:
    """What a resource type holds, in words of a person: `bucket`, `registry` ..."""
    groups = {"bucket": BUCKETS, "file system": FILE_SYSTEMS, "registry": REGISTRIES}
    plain = kind.partition("_")[2].removesuffix("_v1").replace("_", " ")
    return next((word for word, types in groups.items() if kind in types), plain)


def _straight(value: Any, path: Path) -> tuple[Path, Any] | None:
    """The one value of a field without lists or expressions on its way; None for any other."""
    for step in path:
        if type(value) is not dict or "dynamic" in value:
            return None
        value = value.get(step)
        if value is None:
            return path, ABSENT
    if value == [] or (type(value) is str and "{" in value):
        return None
    return path, value


def _covers(entry: str, name: str) -> bool:
    if "[" not in entry:
        return entry in {"all", name} or name.startswith(f"{entry}.")
    bare = "".join(part.partition("]")[2] for part in f"]{entry}".split("["))
    return bare in {"all", name} or name.startswith(f"{bare}.")


def _inside(
    value: Any, at: Path, rest: tuple[str, ...], module: Module
) -> Iterator[tuple[Path, Any]]:
    """Below a body of Terraform JSON, as it was written."""
    if is_expression(value):
        value = module.resolved(value)
    if value is None or value is ABSENT or value == []:
        yield (*at, *rest), ABSENT
    elif value is UNKNOWN or not rest:
        yield at, value
    elif type(value) is dict or isinstance(value, Mapping):
        found = value.get(rest[0])
        if found is None and get(value, "dynamic", rest[0]) is not ABSENT:
            yield (*at, rest[0]), UNKNOWN
        else:
            yield from _inside(found, (*at, rest[0]), rest[1:], module)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _inside(item, (*at, number), rest, module)
    else:
        yield (*at, *rest), ABSENT


def _values(subject: Readable, at: Path, rest: tuple[str, ...]) -> Iterator[tuple[Path, Any]]:
    """The same for what is asked step by step, as the change of a plan is."""
    here, tail = (*at, rest[0]), rest[1:]
    value = subject.get(*here)
    if value is ABSENT or value is None or value == []:
        yield (*here, *tail), ABSENT
    elif value is UNKNOWN or not tail:
        yield here, value
    elif isinstance(value, Mapping):
        yield from _values(subject, here, tail)
    elif isinstance(value, list):
        for number in range(len(value)):
            yield from _values(subject, (*here, number), tail)
    else:
        yield (*here, *tail), ABSENT
