"""How does HAMi's device plugin announce the cards of a node?

It writes them into one annotation, and HAMi's scheduler reads nothing else of
them. What an environment does not know stays at its zero: all cards are on one
NUMA node, and no pair of cards has a score, so `topology-aware` finds all alike.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

REGISTER = "hami.io/node-nvidia-register"
"""The annotation in which the device plugin keeps a node's cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredCard:
    """One card as the plugin announces it: scaled and split already."""

    uuid: str
    index: int
    slices: int
    memory_mib: int
    cores: int
    """Hundredths of a card; above 100 its cores are promised more than once."""
    type: str
    """As in `Card.hami_type`."""
    numa: int = 0
    healthy: bool = True


def node_annotations(
    *,
    uuids: Sequence[str],
    slices: int,
    memory_mib: int,
    cores: int,
    type: str,  # noqa: A002 - HAMi's own word for it
) -> dict[str, str]:
    """What the plugin writes on a node with these equal cards, in the order of their index."""
    cards = [
        RegisteredCard(
            uuid=uuid, index=index, slices=slices, memory_mib=memory_mib, cores=cores, type=type
        )
        for index, uuid in enumerate(uuids)
    ]
    return {REGISTER: register_annotation(cards)}


def register_annotation(cards: Sequence[RegisteredCard]) -> str:
    """The value of REGISTER, as HAMi 2.8 and later write and read it."""
    return json.dumps([_entry(card) for card in cards], separators=(",", ":"))


def _entry(card: RegisteredCard) -> dict[str, str | int | bool]:
    entry: dict[str, str | int | bool] = {
        "id": card.uuid,
        "index": card.index,
        "count": card.slices,
        "devmem": card.memory_mib,
        "devcore": card.cores,
        "type": card.type,
        "numa": card.numa,
        "mode": "hami-core",
        "health": card.healthy,
    }
    # Go's omitempty: an unhealthy card is one without the word `health`.
    return {key: value for key, value in entry.items() if value}
