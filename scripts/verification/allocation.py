"""What each card holds, from whatever the cluster's way of sharing writes down.

- stock scheduler: the consumed capacity of resource claims, share by share;
- HAMi's extender: its annotations on pods, read by `hami_allocations`;
- whole cards: the pods on the node; which of its cards they got is known to
  the kubelet alone, so a node's cards are filled from the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.clouds.embedded import device, node_pool
from environments.model import Cluster, Pool
from scripts.verification.observation import Observation, Pod, mib, quantity


@dataclass(slots=True)
class Use:
    """What is taken of one card."""

    memory_mib: int = 0
    cores: int = 0
    pods: int = 0

    def add(self, memory_mib: int, cores: int) -> None:
        """One more share of the card."""
        self.memory_mib += memory_mib
        self.cores += cores
        self.pods += 1


@dataclass(frozen=True, slots=True)
class Size:
    """What one card has to give."""

    memory_mib: int
    cores: int
    slots: int


@dataclass(slots=True)
class Allocation:
    """The use of every card of a cluster, by node and index of the card."""

    cards: dict[str, list[Use]] = field(default_factory=dict)
    sizes: dict[str, Size] = field(default_factory=dict)
    """By node: its cards are equal."""
    strays: list[str] = field(default_factory=list)
    """Shares of cards that nobody published."""

    def put(self, node: str, index: int, memory_mib: int, cores: int) -> None:
        """Note a share, or that there is no such card."""
        cards = self.cards.get(node)
        if cards is None or not 0 <= index < len(cards):
            self.strays.append(f"{node}/gpu-{index}")
        else:
            cards[index].add(memory_mib, cores)


def allocation(cluster: Cluster, seen: Observation, pools: Mapping[str, Pool]) -> Allocation:
    """The cards of the cluster's nodes; `pools` is the pool of each node by its name."""
    found = Allocation()
    for node, pool in pools.items():
        found.cards[node] = [Use() for _ in range(pool.cards_per_node)]
        found.sizes[node] = Size(
            device.memory_mib(cluster, pool), device.cores(cluster), device.split(cluster)
        )
    if node_pool.publishes_slices(cluster):
        _from_claims(seen, found)
    elif cluster.mode == "none":
        _from_counts(seen.pods, found)
    else:
        _from_annotations(seen, found)
    return found


def _from_claims(seen: Observation, found: Allocation) -> None:
    for claim in seen.claims:
        for share in claim.results:
            if share.driver != device.DRIVER:
                continue
            index = int(share.device.rpartition("-")[2])
            taken = share.consumed_capacity
            found.put(
                share.pool, index, mib(taken.get("memory", "0")), quantity(taken.get("cores", "0"))
            )


def _from_counts(pods: Iterable[Pod], found: Allocation) -> None:
    taken: dict[str, int] = {}
    for pod in pods:
        if (
            (cards := pod.asks(device.GPU))
            and pod.spec.node_name
            and pod.status.phase != "Succeeded"
        ):
            for _ in range(cards):
                at = taken.get(pod.spec.node_name, 0)
                taken[pod.spec.node_name] = at + 1
                size = found.sizes.get(pod.spec.node_name)
                found.put(
                    pod.spec.node_name,
                    at,
                    size.memory_mib if size else 0,
                    size.cores if size else 0,
                )


def _from_annotations(seen: Observation, found: Allocation) -> None:
    for node, cards in found.cards.items():
        held = dict(seen.hami.get(node, {}))
        for index, use in enumerate(cards):
            taken = held.pop(device.card_uuid(node, index), None)
            if taken is not None:
                use.memory_mib, use.cores, use.pods = taken.memory_mib, taken.cores, len(taken.pods)
        found.strays += [f"{node}/{uuid}" for uuid in held]
