"""The stock scheduler's resource scores (compiled).

NodeResourcesFit's LeastAllocated and MostAllocated with the default weights: processor
and memory of the node with the pod there, 1 each. They do not look at cards.
"""

from __future__ import annotations

from policies.placement.compiled import compiled
from policies.placement.layout import (
    ALL_CPU,
    ALL_MEMORY,
    CPU,
    MEMORY,
    WANT_CPU,
    WANT_MEMORY,
    Room,
    Wants,
)


@compiled
def most_allocated(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100, higher where more is promised."""
    return float(
        int((_share(room, wants, c, n, cpu=True) + _share(room, wants, c, n, cpu=False)) / 2.0)
    )


@compiled
def least_allocated(room: Room, wants: Wants, c: int, n: int) -> float:
    """0 to 100, higher where less is promised."""
    cpu = 100 - _share(room, wants, c, n, cpu=True)
    memory = 100 - _share(room, wants, c, n, cpu=False)
    return float(int((cpu + memory) / 2.0))


@compiled
def _share(room: Room, wants: Wants, c: int, n: int, cpu: bool) -> int:
    if cpu:
        if room.nodes[n, ALL_CPU] == 0:
            return 100
        return int(
            (room.nodes[n, ALL_CPU] - room.nodes[n, CPU] + wants.pods[c, WANT_CPU])
            * 100
            // room.nodes[n, ALL_CPU]
        )
    if room.nodes[n, ALL_MEMORY] == 0:
        return 100
    used = room.nodes[n, ALL_MEMORY] - room.nodes[n, MEMORY] + wants.pods[c, WANT_MEMORY]
    return int(used * 100 // room.nodes[n, ALL_MEMORY])
