"""The cards of a simulated node, as each way of sharing publishes them.

- whole cards: the NVIDIA device plugin's count in the node's capacity;
- stock scheduler: a ResourceSlice as HAMi's DRA driver publishes it, each card
  with memory, cores and slots that claims consume;
- HAMi's extender: the register annotation of HAMi's device plugin.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from components import amounts
from components.controlplane import scheduler
from environments import cards, keys
from environments.model import Cluster, Dra, Hami, Pool

DRIVER = keys.DEVICE_CLASS
"""HAMi's DRA driver; also the name of its DeviceClass."""

GPU = scheduler.GPU
GPU_MEMORY = scheduler.GPU_MEMORY

_FLEET = uuid.UUID("6f0c7a43-5d3c-5c39-9a2b-0d1c5b9f7e11")


def card_uuid(node: str, index: int) -> str:
    """A card's UUID: looks like NVML's, and is the same in every run."""
    return f"GPU-{uuid.uuid5(_FLEET, f'{node}/{index}')}"


def split(cluster: Cluster) -> int:
    """Tasks that may share a card; 1 where cards are whole."""
    match cluster.sharing:
        case Hami(split=split) | Dra(split=split):
            return split
        case _:
            return 1


def memory_mib(cluster: Cluster, pool: Pool) -> int:
    """The memory a card is sold with, in MiB: scaled where the cluster overcommits."""
    scaling = cluster.sharing.memory_scaling if isinstance(cluster.sharing, Hami) else 1
    return int(cards.table()[pool.card].memory_mib * scaling)


def cores(cluster: Cluster) -> int:
    """The cores a card is sold with, in hundredths of the card."""
    scaling = cluster.sharing.core_scaling if isinstance(cluster.sharing, Hami) else 1
    return int(100 * scaling)


def resource_slice(cluster: Cluster, pool: Pool, node: str) -> Mapping[str, Any]:
    """The cards of one node, for the stock scheduler."""
    devices = [_device(cluster, pool, node, index) for index in range(pool.cards_per_node)]
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceSlice",
        "metadata": {"name": node},
        "spec": {
            "driver": DRIVER,
            "nodeName": node,
            "pool": {"name": node, "generation": 1, "resourceSliceCount": 1},
            "devices": devices,
        },
    }


def _device(cluster: Cluster, pool: Pool, node: str, index: int) -> dict[str, Any]:
    card = cards.table()[pool.card]
    memory = amounts.mebibytes(memory_mib(cluster, pool))
    all_cores, slots = amounts.count(cores(cluster)), amounts.count(split(cluster))
    return {
        "name": f"gpu-{index}",
        "allowMultipleAllocations": True,
        "attributes": {
            "type": {"string": card.hami_type},
            "card": {"string": pool.card},
            "uuid": {"string": card_uuid(node, index)},
            "index": {"int": index},
        },
        "capacity": {
            "memory": {
                "value": memory,
                "requestPolicy": {
                    "default": memory,
                    "validRange": {"min": "1Mi", "step": "1Mi", "max": memory},
                },
            },
            "cores": {
                "value": all_cores,
                "requestPolicy": {
                    "default": all_cores,
                    "validRange": {"min": "0", "step": "1", "max": all_cores},
                },
            },
            "slots": {
                "value": slots,
                "requestPolicy": {"default": "1", "validValues": ["1"]},
            },
        },
    }
