"""Which MIG profile and which slices of the card a request gets."""

from __future__ import annotations

from collections.abc import Sequence

from policies.placement.hami.pods import Device, Placement, Profile


def choice(
    device: Device, taken: Sequence[Placement], memory: int
) -> tuple[Profile, Placement] | None:
    """The smallest profile with enough memory that has a free place, and that place."""
    for profile in sorted(device.profiles, key=lambda p: (p.memory, p.slices)):
        if profile.memory < memory:
            continue
        place = _place(device, taken, profile.name)
        if place is not None:
            return profile, place
    return None


def _place(device: Device, taken: Sequence[Placement], name: str) -> Placement | None:
    profile = next(profile for profile in device.profiles if profile.name == name)
    high = name.startswith(("1g.", "3g."))
    for place in sorted(profile.placements, key=lambda p: p.start, reverse=high):
        if not any(_overlap(place, other) for other in taken):
            return place
    return None


def _overlap(a: Placement, b: Placement) -> bool:
    return a.start < b.start + b.size and b.start < a.start + a.size
