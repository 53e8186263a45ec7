"""Disk of GPU machines too small for images and models

Why: an image with CUDA has 10 to 20 GiB, a model 10 to 150; a full disk evicts pods, and the
    replacement pulls the same again on the next machine.
Fix: give the pool a data disk of 200 GiB or more for containerd, more where models are kept.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {
      "instance_types": ["ecs.gn8is.4xlarge"], "system_disk_size": 40}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"l20": {
      "instance_types": ["ecs.gn8is.4xlarge"], "data_disks": [{"size": 500}]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies import fields
from policies.finding import Path, Severity
from policies.gpu_families import has_gpus
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, number

LEAST_GIB = 200
DISKS: dict[str, tuple[tuple[str, ...], ...]] = {
    fields.VKE_OLD: (
        ("node_config", "data_volumes", "size"),
        ("node_config", "system_volume", "size"),
    ),
    fields.VKE: (("node_config", "data_volumes", "size"), ("node_config", "system_volume", "size")),
    fields.TKE: (
        ("auto_scaling_config", "data_disk", "disk_size"),
        ("auto_scaling_config", "system_disk_size"),
        ("node_config", "data_disk", "disk_size"),
    ),
    fields.TKE_NATIVE: (
        ("native", "data_disks", "disk_size"),
        ("native", "system_disk", "disk_size"),
    ),
    fields.ACK: (("data_disks", "size"), ("system_disk_size",)),
}
"""Data disks first: their place is where a person would write."""


@rule(Severity.MEDIUM, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Machines with cards whose largest disk is small."""
    _, types = fields.of(pool, fields.INSTANCE_TYPES)
    if not any(has_gpus(one) for one in (types if isinstance(types, list) else [types])):
        return
    disks: list[tuple[Path, Any]] = []
    for field in DISKS[pool.type]:
        for path, size in fields.every(pool, field):
            if size is not UNKNOWN and _gib(size) >= LEAST_GIB:
                return
            disks.append((path, size))
    if any(size is UNKNOWN for _, size in disks):
        yield Fault("the disks are known after an apply only", disks[0][0], "unknown")
    else:
        path, largest = max(disks, key=lambda disk: _gib(disk[1]))
        yield Fault(_said(largest), path)


def _gib(size: Any) -> float:
    return number({"size": size}, "size") or 0


def _said(largest: Any) -> str:
    if largest is ABSENT:
        return "no disk has a size: the cloud's default of 20 to 40 GiB holds no model"
    return f"the largest disk has {largest} GiB"
