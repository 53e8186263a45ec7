"""Which cards did HAMi give to which pods, and how much of each?

Read from the annotation that the scheduler leaves on every pod it places:
`<uuid>,<type>,<MiB>,<cores>:` for each card, `;` after each container. A plain
sum over the pods, made without HAMi's own bookkeeping, so that a mistake there
shows here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from components.controlplane.scheduler import GPU

ALLOCATED = "hami.io/vgpu-devices-allocated"

_ENDED = ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUse:
    """What is promised of one card. `cores` are hundredths of a card."""

    memory_mib: int = 0
    cores: int = 0
    pods: tuple[str, ...] = ()
    """`<namespace>/<name>` of each pod on the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    uuid: str
    memory_mib: int
    cores: int


def allocations(pods: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, CardUse]]:
    """Use by node and card UUID. Pods as the API server gives them in JSON.

    Counts the pods that are bound and not yet ended. Once a pod runs, its init
    containers hold nothing (sidecars do); before that it holds the larger of
    their share and its containers' share of a card, as they take turns.
    """
    nodes: defaultdict[str, dict[str, CardUse]] = defaultdict(dict)
    for pod in pods:
        node = pod["spec"].get("nodeName")
        if node and pod.get("status", {}).get("phase") not in _ENDED:
            for uuid, held in _held(pod).items():
                nodes[node][uuid] = _sum(nodes[node].get(uuid, CardUse()), held)
    return dict(nodes)


def _held(pod: Mapping[str, Any]) -> dict[str, CardUse]:
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    annotation = pod["metadata"].get("annotations", {}).get(ALLOCATED, "")
    slices = [_slices(segment) for segment in annotation.split(";") if segment]
    # For containers without a card, HAMi 2.9 leaves an empty segment and 2.10 leaves none;
    # HAMi 2.8 gives nothing to init containers. Counted from the end, all agree.
    paired = list(zip_longest(reversed(slices), reversed(_passing(pod["spec"]))))[: len(slices)]
    held = _by_card(name, [taken for taken, passing in paired if not passing])
    if not _runs(pod):
        for earlier in (taken for taken, passing in paired if passing):
            held = _larger(held, _by_card(name, [earlier]))
    return held


def _passing(spec: Mapping[str, Any]) -> list[bool]:
    """For each container that asks for a card: whether it ends before the pod runs."""
    first = [
        (each, each.get("restartPolicy") != "Always") for each in spec.get("initContainers", [])
    ]
    then = [(each, False) for each in spec["containers"]]
    return [passing for each, passing in (*first, *then) if _asks_for_cards(each)]


def _slices(segment: str) -> list[_Slice]:
    fields = [device.split(",") for device in segment.split(":") if device]
    return [
        _Slice(uuid=field[0], memory_mib=int(field[2]), cores=int(field[3])) for field in fields
    ]


def _asks_for_cards(container: Mapping[str, Any]) -> bool:
    resources = container.get("resources", {})
    asked = {**resources.get("requests", {}), **resources.get("limits", {})}
    return str(asked.get(GPU, "0")) != "0"


def _runs(pod: Mapping[str, Any]) -> bool:
    return str(pod.get("status", {}).get("phase")) == "Running"


def _by_card(pod: str, containers: Sequence[Sequence[_Slice]]) -> dict[str, CardUse]:
    held: dict[str, CardUse] = {}
    for slices in containers:
        for piece in slices:
            before = held.get(piece.uuid, CardUse())
            held[piece.uuid] = CardUse(
                memory_mib=before.memory_mib + piece.memory_mib,
                cores=before.cores + piece.cores,
                pods=(pod,),
            )
    return held


def _larger(one: dict[str, CardUse], other: dict[str, CardUse]) -> dict[str, CardUse]:
    none = CardUse()
    return {
        uuid: CardUse(
            memory_mib=max(one.get(uuid, none).memory_mib, other.get(uuid, none).memory_mib),
            cores=max(one.get(uuid, none).cores, other.get(uuid, none).cores),
            pods=(one.get(uuid) or other[uuid]).pods,
        )
        for uuid in {**one, **other}
    }


def _sum(one: CardUse, other: CardUse) -> CardUse:
    return CardUse(
        memory_mib=one.memory_mib + other.memory_mib,
        cores=one.cores + other.cores,
        pods=one.pods + other.pods,
    )
