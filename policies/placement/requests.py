"""What a pod asks for, as a caller describes it, and the arrays made of many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from environments.errors import UsageError
from policies.placement.fleet import Card, Fleet
from policies.placement.layout import (
    ALLOWED,
    CARD,
    CARDS,
    FAMILY,
    ONE_NUMA,
    ONLY,
    SHARE_CORES,
    SHARE_MEMORY,
    SIZE,
    WANT_CPU,
    WANT_MEMORY,
    Flags,
    Ints,
    Wants,
)

_LARGEST = 1 << 40
"""A thousand times the largest machine; what is above is taken for a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one pod asks for; equal requests are one class.

    Without `memory`, `percent` and `cores` its cards are whole. Amounts are of *each*
    card. `types` and `not_types` are compared as HAMi does: any part of the type's name,
    in either case.
    """

    cards: int = 1
    memory: int | None = None
    """MiB of each card; 0 as if it were left out."""
    percent: int | None = None
    """Hundredths of each card's memory; `memory` wins, and 0 is all of it, as HAMi has it."""
    cores: int | None = None
    """Hundredths of each card's cores; 100 wants the card for itself."""
    cpu: int = 0
    """Thousandths of a processor core of the node."""
    host_memory: int = 0
    """MiB of the node."""
    types: tuple[str, ...] = ()
    not_types: tuple[str, ...] = ()
    uuids: tuple[str, ...] = ()
    not_uuids: tuple[str, ...] = ()
    numa: bool = False
    """Whether all its cards must be on one NUMA node."""

    @property
    def whole(self) -> bool:
        """Whether it asks for whole cards."""
        return self.memory is None and self.percent is None and self.cores is None

    def card_memory(self, card: Card) -> int:
        """MiB that it takes of such a card."""
        if self.memory:
            return self.memory
        return card.memory * (self.percent or 100) // 100

    def card_cores(self, card: Card) -> int:
        """Hundredths of cores that it takes of such a card."""
        if self.whole:  # all its memory, so that cores promised beyond 100 help nobody
            return min(card.cores, 100)
        return 0 if card.cores == 0 else min(self.cores or 0, 100)

    def suits(self, card: Card) -> bool:
        """Whether a card of that type will do."""
        name = card.type.casefold()
        wanted = not self.types or any(part.casefold() in name for part in self.types)
        return wanted and not any(part.casefold() in name for part in self.not_types)

    def size(self, card: Card) -> int:
        """Millionths of such a card that each of its cards takes: of its dominant resource."""
        memory = self.card_memory(card) * CARD // card.memory
        cores = self.card_cores(card) * CARD // card.cores if card.cores else 0
        return max(memory, cores)


def checked(request: Request) -> Request:
    """The request itself. Raises `UsageError` where no card could ever hold such a thing."""
    for name in ("cards", "memory", "percent", "cores", "cpu", "host_memory"):
        amount = getattr(request, name)
        if amount is None:
            continue
        if isinstance(amount, bool) or not isinstance(amount, int | np.integer):
            raise UsageError(f"a request for {amount} {name}; give a whole number")
        if amount < 0:
            raise UsageError(f"a request for {amount} {name}; give 0 or more")
        if amount > _LARGEST:
            raise UsageError(f"a request for {amount} {name}; no machine has that much")
    if request.percent is not None and request.percent > 100:
        raise UsageError(f"a request for {request.percent} % of a card; 100 at most")
    return request


def wants(requests: Sequence[Request], fleet: Fleet) -> Wants:
    """The arrays of distinct requests on that fleet."""
    kinds = fleet.kinds
    only, masks = _masks(requests, fleet)
    pods = np.zeros((len(requests), 7), np.int64)
    shares = np.zeros((len(requests), max(1, len(kinds)), 3), np.int64)
    for c, request in enumerate(requests):
        pods[c, CARDS] = request.cards
        pods[c, WANT_CPU] = request.cpu
        pods[c, WANT_MEMORY] = request.host_memory
        pods[c, ONE_NUMA] = request.numa
        pods[c, ONLY] = only[c]
        pods[c, SIZE] = _size(request, kinds)
        pods[c, FAMILY] = _family(request)
        for kind, card in enumerate(kinds):
            shares[c, kind, SHARE_MEMORY] = request.card_memory(card)
            shares[c, kind, SHARE_CORES] = request.card_cores(card)
            shares[c, kind, ALLOWED] = request.suits(card)
    return Wants(pods, shares, masks)


def _masks(requests: Sequence[Request], fleet: Fleet) -> tuple[Ints, Flags]:
    """The row of the mask of each request, -1 for none, and the masks."""
    only = np.full(len(requests), -1, np.int64)
    choosy = [row for row, request in enumerate(requests) if request.uuids or request.not_uuids]
    uuids = [card.uuid for node in fleet.nodes for card in node.cards] if choosy else []
    masks = np.zeros((max(1, len(choosy)), max(1, len(uuids))), np.bool_)
    for index, row in enumerate(choosy):
        request = requests[row]
        only[row] = index
        masks[index] = [
            (not request.uuids or uuid in request.uuids) and uuid not in request.not_uuids
            for uuid in uuids
        ]
    return only, masks


def _size(request: Request, kinds: Sequence[Card]) -> int:
    sizes = [request.size(card) for card in kinds if request.suits(card)]
    return request.cards * min(sizes) if sizes else 0


def _family(request: Request) -> int:
    if request.cards == 0:
        return 0
    return request.cards if request.whole else 65
