"""What pods ask of cards, read from anybody's manifests.

The keys are those of NVIDIA's device plugin and of HAMi. Amounts may be text or
numbers, and may be nonsense: what cannot be read is None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from environments.keys import CORES, GPU, MEMORY, PERCENTAGE, PRIORITY
from policies import values
from policies.cel import quantity
from policies.pods import Container, PodTemplate

SLICING = frozenset({MEMORY, PERCENTAGE, CORES})
"""Keys that ask for a part of a card."""

_ASKING, _SLICING = "containers that ask for cards", "containers that ask for a part of one"
_WHOLE_OR_CUT = frozenset({GPU, *SLICING})


def limits(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """The limits of a container, those whose keys are text."""
    found: Mapping[Any, Any] = values.mapping(container, "resources", "limits")
    for key in found:
        if not isinstance(key, str):
            return {key: value for key, value in found.items() if isinstance(key, str)}
    return found


def asking(template: PodTemplate) -> tuple[Container, ...]:
    """The containers that ask for cards, whole or cut, each with its path."""
    return _kept(template, _ASKING, lambda found: any(map(is_card, found)))


def slicing(template: PodTemplate) -> tuple[Container, ...]:
    """The containers that ask for a part of a card."""
    return _kept(template, _SLICING, lambda found: not SLICING.isdisjoint(found))


def _kept(
    template: PodTemplate, name: str, holds: Callable[[Mapping[str, Any]], bool]
) -> tuple[Container, ...]:
    """The containers whose limits are like that, looked for once: twenty rules ask."""
    found: tuple[Container, ...] | None = template.kept.get(name)
    if found is None:
        found = tuple(one for one in template.containers() if holds(limits(one[1])))
        template.kept[name] = found
    return found


def is_card(key: object) -> bool:
    """Whether a resource is a card or a part of one."""
    return key in _WHOLE_OR_CUT or (isinstance(key, str) and key.startswith("nvidia.com/mig-"))


def asks(template: PodTemplate) -> bool:
    """Whether the pod asks for cards at all."""
    return bool(asking(template))


def is_sliced(template: PodTemplate) -> bool:
    """Whether the pod asks for a part of a card: it is meant for HAMi."""
    return bool(slicing(template))


def count(container: Mapping[str, Any]) -> int:
    """The cards that a container asks for; HAMi adds one to a slice that says none."""
    found = limits(container)
    if GPU not in found:
        return int(bool(SLICING & found.keys()))
    return amount(found[GPU]) or 0


def cards(template: PodTemplate) -> int:
    """The cards of one pod: init containers run before, one after the other."""
    sums = {"containers": 0, "initContainers": 0}
    for path, container in template.containers():
        list_ = str(path[-2]) if len(path) > 1 else "containers"
        if list_ == "initContainers":
            sums[list_] = max(sums[list_], count(container))
        else:
            sums["containers"] += count(container)
    return max(sums.values())


def amount(value: object) -> int | None:
    """A whole number, however it is written; None where it is none."""
    found = quantity.of(value)
    return int(found) if found is not None and found.denominator == 1 else None


__all__ = ["CORES", "GPU", "MEMORY", "PERCENTAGE", "PRIORITY", "SLICING"]
