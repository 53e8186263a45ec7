"""Which machines of a pool are not there, by name?

A cloud makes new machines under new names, so that only the ones that are not ready
can be named. Machines of our own have names and labels before they are anyone's:
what a private pool names and nobody is called, and what belongs to it and does not
carry its label yet, can be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from components.addon import POOL
from components.clouds.private import node_pool, reconciler
from environments.model import Cluster, Pool, Private
from scripts.verification.observation import Node, Observation

SHOWN = 20
"""Names that are told; the rest is counted."""


def absences(cluster: Cluster, name: str, seen: Observation) -> Iterator[str]:
    """Why the pool has fewer ready nodes than it should; nothing where all are there."""
    pool = cluster.pools[name]
    if missing := missing_hosts(cluster, pool, seen):
        yield f"no node is called {_named(missing)}"
    if waiting := list(_unlabelled(cluster, name, seen)):
        where = f"CronJob {node_pool.NAMESPACE}/{node_pool.NAME}"
        yield f"not labelled yet (see {where}): {_named(waiting)}"
    if down := [node.metadata.name for node in _members(name, seen) if not node.ready]:
        yield f"not ready: {_named(down)}"


def missing_hosts(cluster: Cluster, pool: Pool, seen: Observation) -> list[str]:
    """Nodes that the pool names and that are not in the cluster."""
    # A twin has other nodes in their place.
    named = pool.hosts if isinstance(cluster.cloud, Private) else []
    return [host for host in named if host not in seen.nodes]


def _members(name: str, seen: Observation) -> Iterator[Node]:
    return (node for node in seen.nodes.values() if node.metadata.labels.get(POOL) == name)


def _unlabelled(cluster: Cluster, name: str, seen: Observation) -> Iterator[str]:
    if not isinstance(cluster.cloud, Private):
        return
    pool = cluster.pools[name]
    described = {"hosts": pool.hosts, "selector": pool.selector}
    for node in seen.nodes.values():
        metadata = {"name": node.metadata.name, "labels": node.metadata.labels}
        ours = reconciler.belongs({"metadata": metadata}, described)
        if ours and node.metadata.labels.get(POOL) != name:
            yield node.metadata.name


def _named(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more
