"""Pool of machines with cards that anybody's pods may fill

Why: without a taint, pods without cards land on the machines with cards, take their processors and
    memory, and leave cards that nobody can use, or keep an autoscaler from removing the machine.
Fix: taint the pool (`nvidia.com/gpu=present:NoSchedule`), and tolerate that in pods with cards

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {
      "instance_types": ["ecs.gn8is.4xlarge"]}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {
      "instance_types": ["ecs.gn8is.4xlarge"],
      "taints": [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, gpu_families
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN


@rule(Severity.MEDIUM, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A type with cards, and no taint."""
    if not _has_gpus(pool):
        return
    path, taints = fields.of(pool, fields.TAINTS)
    if taints is UNKNOWN:
        yield Fault("the taints are known after an apply only", path, "unknown")
    elif taints is ABSENT or not taints:
        yield Fault("pods without cards may fill the machines with cards", path)


def _has_gpus(pool: Resource) -> bool:
    types = (value for _, value in fields.every(pool, fields.INSTANCE_TYPES[pool.type]))
    listed = (one for value in types for one in (value if isinstance(value, list) else [value]))
    return any(gpu_families.has_gpus(one) for one in listed)
