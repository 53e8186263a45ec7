"""A private cluster with a pool or two, for tests of what keeps its nodes labelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from environments.load import decode
from environments.model import Environment


def private(
    *,
    hosts: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    beside: Mapping[str, str] | None = None,
) -> Environment:
    """One cluster `idc` with the pool `rtx4090`; a pool `beside` it where a selector is given."""
    pool: dict[str, Any] = {
        "card": "RTX4090-24G",
        "cards_per_node": 8,
        "nodes": {"desired": 2},
        "machine": {"cpu": "128", "memory": "512Gi"},
        "labels": labels or {},
    }
    mine = {"hosts": list(hosts)} if hosts else {"selector": {"node.example.com/model": "rtx4090"}}
    pools = {"rtx4090": {**pool, **mine}}
    if beside is not None:
        pools["beside"] = {**pool, "selector": dict(beside)}
    cluster = {
        "cloud": {"provider": "private", "kubeconfig_env": "IDC_KUBECONFIG"},
        "kubernetes": "1.34",
        "sharing": {"mode": "hami"},
        "pools": pools,
    }
    fleet = {"name": "fleet", "clusters": {"idc": cluster}}
    return msgspec.convert(fleet, Environment, dec_hook=decode)
