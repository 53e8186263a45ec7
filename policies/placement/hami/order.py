"""In which order HAMi tries the cards of a node: `Fit` walks this order from its end.

`pkg/scheduler/policy/gpu_policy.go`. Equal cards come in the order that Go's sort leaves
them in (`go_sort`).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

from policies.placement.hami.pods import Device

_KEYS = ("binpack", "spread", "numa")


def f32(number: float) -> float:
    """The nearest number of single precision."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


def score(device: Device, weights: tuple[int, int, int]) -> float:
    """How full the card is: slots, cores and memory, weighted; 0 to 30 by default."""
    if not device.slots or not device.cores or not device.memory:
        return 0.0
    slot, core, memory = weights
    total = f32(slot * f32(device.used / device.slots))
    total = f32(total + f32(core * f32(device.used_cores / device.cores)))
    total = f32(total + f32(memory * f32(device.used_memory / device.memory)))
    return f32(10 * total)


def node_score(devices: Sequence[Device]) -> float:
    """The same over all cards of a node, before the pod is there."""
    slots, cores = sum(d.slots for d in devices), sum(d.cores for d in devices)
    memory = sum(d.memory for d in devices)
    if not slots or not cores or not memory:
        return 0.0
    total = f32(sum(d.used for d in devices) / slots)
    total = f32(total + f32(sum(d.used_cores for d in devices) / cores))
    total = f32(total + f32(sum(d.used_memory for d in devices) / memory))
    return f32(10 * total)


def sort_key(policy: str, numa_bind: bool) -> Callable[[Device], tuple[float, ...]]:
    """The key by which the cards are sorted, ascending."""
    if "," in policy or policy == "numa":
        return _chain(policy, numa_bind)
    if policy == "mutex":
        return lambda device: (-device.used, device.numa)
    if policy == "binpack":
        if numa_bind:
            return lambda device: (-device.numa, device.score)
        return lambda device: (device.score, device.numa)
    if numa_bind:
        return lambda device: (device.numa, -device.score)
    return lambda device: (-device.score, device.numa)


def _chain(policy: str, numa_bind: bool) -> Callable[[Device], tuple[float, ...]]:
    keys = list(dict.fromkeys(part.strip() for part in policy.split(",") if part.strip() in _KEYS))
    keys = keys or ["spread"]
    if numa_bind and keys[0] != "numa":
        keys = ["numa", *(key for key in keys if key != "numa")]
    values: dict[str, Callable[[Device], float]] = {
        "binpack": lambda device: device.score,
        "spread": lambda device: -device.score,
        "numa": lambda device: device.numa,
    }
    return lambda device: (*(values[key](device) for key in keys), device.index)
