"""A small fleet with one cluster of each kind, for tests of what goes into clusters."""

from __future__ import annotations

import msgspec

from environments.demand import Demand
from environments.load import decode
from environments.model import Environment

PRIVATE = {"provider": "private", "kubeconfig_env": "KUBECONFIG"}
EMBEDDED = {"provider": "embedded"}
WITH_HAMI = {"provider": "embedded", "scheduler": "hami"}


def fleet(
    *,
    cloud: dict[str, str] = PRIVATE,
    prefix: str = "",
    action: str = "Deny",
    rdma: bool = False,
    whole_cards: int = 1,
) -> Environment:
    """Clusters `whole`, `slices` and `claims`; tenants are named with the prefix."""
    machine = {"cpu": "96", "memory": "1Ti"}
    pool = {"card": "H20-96G", "cards_per_node": 8, "nodes": {"desired": 2}, "machine": machine}
    small = {**pool, "card": "RTX4090-24G"}
    cluster = {"cloud": cloud, "kubernetes": "1.36", "pools": {"h20": pool}}
    cut = {"slices": 10, "gpu_memory": "40Gi", "gpu_cores": 200}
    whole_pool = {"h20": {**pool, "rdma": rdma}}
    return msgspec.convert(
        {
            "name": "fleet",
            "clusters": {
                "whole": {**cluster, "sharing": "none", "pools": whole_pool},
                "slices": {
                    **cluster,
                    "sharing": {"mode": "hami", "whole_cards": whole_cards},
                    "pools": {"h20": pool, "rtx4090": small},
                },
                "claims": {**cluster, "sharing": {"mode": "dra", "whole_cards": 2}},
            },
            "priorities": {
                "serving": {"value": 100_000, "description": "Services."},
                "batch": {"value": 1000, "preempts": False, "description": "The rest."},
            },
            "tenants": {
                f"{prefix}search": {
                    "owner": "search-platform",
                    "priorities": ["serving"],
                    "clusters": {
                        "whole": {"quota": {"cards": 4, "pods": 2000}},
                        "slices": {"quota": {**cut, "cpu": "64.5", "memory": "2048Gi"}},
                        "claims": {"quota": cut},
                    },
                },
                f"{prefix}ads": {
                    "owner": "ads-ranking",
                    "priorities": ["serving", "batch"],
                    "clusters": {"slices": {"quota": {"slices": 2}}},
                },
            },
            "settings": {"policy_action": action},
        },
        Environment,
        dec_hook=decode,
    )


def demand(prefix: str = "") -> Demand:
    """Slices of one and of two cards, and a whole card, in each cluster that has such."""
    work = {"tenant": f"{prefix}search", "priority": "serving", "busy": 0.5}
    service = {**work, "replicas": 2, "gpu": {"memory": "2Gi", "cores": 10}}
    pair = {**service, "gpu": {"cards": 2, "memory": "1536Mi"}}
    job = {**work, "pods": 1, "gpu": {"cards": 1}}
    return msgspec.convert(
        {
            "services": {
                "rank": {**service, "cluster": "slices"},
                "rank-b": {**service, "cluster": "slices"},
                "pair": {**pair, "cluster": "slices"},
                "claim-rank": {**service, "cluster": "claims"},
                "claim-pair": {**pair, "cluster": "claims"},
            },
            "jobs": {
                "train": {**job, "cluster": "whole", "gpu": {"cards": 2}},
                "whole-slice": {**job, "cluster": "slices"},
            },
        },
        Demand,
        dec_hook=decode,
    )
