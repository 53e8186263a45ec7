"""How an addon finds the cluster's machines with cards: by label, past their taints."""

from __future__ import annotations

from components.addon import SHARING
from components.clouds import vocabulary
from environments.model import Cluster


def selector(cluster: Cluster) -> dict[str, str]:
    """The label that every node of every pool carries, and no other node does."""
    return {SHARING: cluster.mode}


def selector_alone(cluster: Cluster) -> dict[str, str | None]:
    """The same for HAMi's charts, which would also want their default label `gpu: on`.

    Helm adds a map to the default one; only null takes an entry away.
    """
    return {"gpu": None, **selector(cluster)}


def tolerations(cluster: Cluster) -> list[dict[str, str]]:
    """One for each taint of any pool; a device plugin that a taint keeps out hides the cards."""
    taints = {
        (taint["key"], taint["effect"])
        for pool in cluster.pools.values()
        for taint in vocabulary.node_taints(pool)
    }
    return [{"key": key, "operator": "Exists", "effect": effect} for key, effect in sorted(taints)]
