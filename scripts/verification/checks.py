"""What `verify` compares, one function a check; a check that compared nothing says `unknown`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from components.addon import POOL, Addon, Manifest, identity
from components.clouds.embedded import device, node_pool
from environments.demand import Demand, pods_of
from environments.model import Cluster, Environment
from scripts.live import Live
from scripts.rehearsal.result import Check, Unplaced
from scripts.verification.absence import absences, missing_hosts
from scripts.verification.allocation import Allocation
from scripts.verification.observation import Observation, mib, quantity

SHOWN = 3
"""Examples named in a check's detail."""


def check(name: str, title: str, faults: Iterable[str], compared: int, passed: str) -> Check:
    """A verdict: fails with its first faults, passes with a sentence, unknown about nothing."""
    found = list(faults)
    if found:
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        return Check(
            name=name,
            title=title,
            status="fail",
            detail="; ".join(found[:SHOWN]) + more,
            compared=compared,
        )
    status: Literal["pass", "unknown"] = "pass" if compared else "unknown"
    detail = passed if compared else "there was nothing to compare"
    return Check(name=name, title=title, status=status, detail=detail, compared=compared)


def nodes_ready(cluster: Cluster, seen: Observation) -> Check:
    """Each pool has its desired number of ready nodes."""

    def faults() -> Iterator[str]:
        for name, pool in cluster.pools.items():
            mine = [n for n in seen.nodes.values() if n.metadata.labels.get(POOL) == name]
            ready = sum(node.ready for node in mine)
            # A host that a pool names and nobody is called is missing, whoever stands in for it.
            if ready < pool.nodes.desired or missing_hosts(cluster, pool, seen):
                why = ", ".join(absences(cluster, name, seen))
                count = f"pool {name} has {ready} ready nodes of {pool.nodes.desired}"
                yield f"{count}: {why}" if why else count
            elif len(mine) > pool.nodes.most:
                yield f"pool {name} has {len(mine)} nodes, at most {pool.nodes.most} are meant"

    ready = sum(node.ready for node in seen.nodes.values())
    return check(
        "nodes-ready",
        "Nodes of every pool are ready",
        faults(),
        len(seen.nodes),
        f"{ready} nodes ready",
    )


def devices_published(cluster: Cluster, seen: Observation, pools: Mapping[str, Any]) -> Check:
    """Every node's cards are accounted for: their number and their memory."""

    def faults() -> Iterator[str]:
        for name, pool in pools.items():
            node = seen.nodes[name]
            if not node_pool.publishes_slices(cluster):
                offered = quantity(node.status.allocatable.get(device.GPU, "0"))
                meant = pool.cards_per_node * device.split(cluster)
                if offered != meant:
                    yield f"{name} offers {offered} {device.GPU}, {meant} are meant"
                continue
            published = seen.slices[name].spec.devices if name in seen.slices else []
            memory = [mib(d.capacity["memory"].value) for d in published if "memory" in d.capacity]
            meant = device.memory_mib(cluster, pool)
            if len(published) != pool.cards_per_node:
                yield f"{name} publishes {len(published)} cards of {pool.cards_per_node}"
            elif memory != [meant] * len(published):
                yield f"{name} publishes cards of {sorted(set(memory))} MiB, {meant} are meant"

    total = sum(pool.cards_per_node for pool in pools.values())
    return check(
        "devices-published",
        "Every card is published",
        faults(),
        total,
        f"{total} cards on {len(pools)} nodes",
    )


def cards_within_limits(allocation: Allocation) -> Check:
    """No card is over its memory, its cores or its number of tasks."""

    def faults() -> Iterator[str]:
        for stray in allocation.strays:
            yield f"{stray} is allocated and is no card of this cluster"
        for node, cards in allocation.cards.items():
            size = allocation.sizes[node]
            for index, use in enumerate(cards):
                if use.memory_mib > size.memory_mib:
                    yield f"{node}/gpu-{index} holds {use.memory_mib} of {size.memory_mib} MiB"
                if use.cores > size.cores:
                    yield f"{node}/gpu-{index} has {use.cores} of {size.cores} % of its cores taken"
                if use.pods > size.slots:
                    yield f"{node}/gpu-{index} has {use.pods} tasks of {size.slots}"

    total = sum(len(cards) for cards in allocation.cards.values())
    shares = sum(use.pods for cards in allocation.cards.values() for use in cards)
    return check(
        "cards-within-limits",
        "No card over its memory, cores or tasks",
        faults(),
        total,
        f"{shares} shares on {total} cards",
    )


def allocations_complete(cluster: Cluster, seen: Observation, allocation: Allocation) -> Check:
    """Every running pod of the demand holds exactly the cards it asked for, in sum."""
    shares = sum(use.pods for cards in allocation.cards.values() for use in cards)
    if node_pool.publishes_slices(cluster):
        named = {
            (pod.metadata.namespace, status.resource_claim_name)
            for pod in seen.pods
            if pod.running
            for status in pod.status.resource_claim_statuses
            if status.resource_claim_name is not None
        }
        held = {(c.metadata.namespace, c.metadata.name): len(c.results) for c in seen.claims}
        faults = [
            f"claim {'/'.join(map(str, key))} has no card" for key in named if not held.get(key)
        ]
        return check(
            "allocations-complete", "Every running slice has its card", faults, len(named),
            f"{len(named)} claims allocated",
        )  # fmt: skip
    wanted = sum(pod.asks(device.GPU) for pod in seen.pods if pod.running)
    faults = [] if wanted == shares else [f"running pods ask for {wanted} cards, {shares} are held"]
    return check(
        "allocations-complete",
        "Every running pod has its cards",
        faults,
        wanted,
        f"{wanted} cards held",
    )


def pods_accounted_for(
    cluster: str, demand: Demand, seen: Observation, short: list[Unplaced]
) -> Check:
    """Pods running are the pods demanded, less those that are explained."""
    demanded = sum(pods_of(work) for work in demand.of(cluster).values())
    running = sum(pod.running for pods in seen.workloads().values() for pod in pods)
    explained = sum(item.pods for item in short if item.explained)
    faults = [
        f"{item.workload}: {item.pods} pods: {item.message}" for item in short if not item.explained
    ]
    if not faults and running != demanded - explained:
        faults = [f"{running} pods run, {demanded} were demanded and {explained} are explained"]
    rest = f", {explained} explained" if explained else ""
    return check(
        "pods-accounted-for",
        "Pods running are pods demanded, less those explained",
        faults,
        demanded,
        f"{running} of {demanded} run{rest}",
    )


def objects_as_declared(live: Live, addons: tuple[Addon, ...]) -> Check:
    """Every object of the addons is there, and no field we set was changed."""

    def faults() -> Iterator[str]:
        for addon in addons:
            for manifest in addon.manifests:
                found = live.get(path_of(manifest))
                if found is None:
                    yield f"{identity(manifest)} is missing"
                elif (where := difference(manifest, found)) is not None:
                    yield f"{identity(manifest)} differs at {where}"

    count = sum(len(addon.manifests) for addon in addons)
    return check(
        "objects-as-declared", "Objects are as declared", faults(), count, f"{count} objects equal"
    )


def quotas_in_force(environment: Environment, cluster: str, seen: Observation) -> Check:
    """Every tenant has its quotas, and the controller counts against them."""
    by_namespace: dict[str, list[Any]] = {}
    for quota in seen.quotas:
        by_namespace.setdefault(quota.metadata.namespace, []).append(quota)

    def faults() -> Iterator[str]:
        for tenant in environment.tenants_of(cluster):
            quotas = by_namespace.get(tenant, [])
            if not quotas:
                yield f"{tenant} has no quota"
            for quota in quotas:
                yield from _over(quota)
        yield from miscounted(seen)

    return check(
        "quotas-in-force", "Quotas are in force and counted", faults(), len(seen.quotas),
        f"{len(seen.quotas)} quotas, none exceeded",
    )  # fmt: skip


def _over(quota: Any) -> Iterator[str]:
    where = f"{quota.metadata.namespace}/{quota.metadata.name}"
    if not quota.status.hard:
        yield f"{where} is not counted by the controller"
    for key, most in quota.status.hard.items():
        if key.startswith("limits.") and "/" in key:
            # HAMi's own scheduler counts these; the API server only stores them.
            continue
        if key not in quota.status.used:
            yield f"{where} does not count {key}"
        elif quantity(quota.status.used[key]) > quantity(most):
            yield f"{where} has used {quota.status.used[key]} of {most} {key}"


def miscounted(seen: Observation) -> Iterator[str]:
    """Extended resources that the quota controller counts otherwise than we do."""
    pattern = re.compile(r"requests\.(.+/.+)")
    for quota in seen.quotas:
        for key, used in quota.status.used.items():
            if (match := pattern.fullmatch(key)) is None:
                continue
            ours = sum(
                pod.asks(match[1])
                for pod in seen.pods
                if pod.metadata.namespace == quota.metadata.namespace
                and pod.status.phase not in {"Succeeded", "Failed"}
            )
            if quantity(used) != ours:
                yield f"{quota.metadata.namespace}: {key} is counted as {used}, pods ask for {ours}"


def path_of(manifest: Manifest) -> str:
    """The API path of an object, from its kind: plurals are regular for all we make."""
    version, kind = manifest["apiVersion"], manifest["kind"]
    root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
    metadata = manifest["metadata"]
    plural = kind.lower()
    plural = (
        f"{plural[:-1]}ies"
        if plural.endswith("y")
        else f"{plural}es"
        if plural.endswith("s")
        else f"{plural}s"
    )
    namespace = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"{root}{namespace}/{plural}/{metadata['name']}"


def difference(wanted: Any, found: Any, path: str = "") -> str | None:
    """The first place where `found` lacks what `wanted` says; None when it has it all.

    Lists must be equal in length. Quantities are equal by value: the API
    server writes `2048Mi` as `2Gi`.
    """
    match wanted, found:
        case dict(), dict():
            for key, value in wanted.items():
                if (where := difference(value, found.get(key), f"{path}.{key}")) is not None:
                    return where
            return None
        case list() | tuple(), list():
            if len(wanted) != len(found):
                return path
            for index, (a, b) in enumerate(zip(wanted, found, strict=True)):
                if (where := difference(a, b, f"{path}[{index}]")) is not None:
                    return where
            return None
        case _ if wanted == found or (wanted in ({}, [], (), None, "", False) and not found):
            return None
        case _:
            return None if _equal_quantities(wanted, found) else path


def _equal_quantities(wanted: object, found: object) -> bool:
    try:
        return quantity(str(wanted)) == quantity(str(found))
    except ValueError:
        return False
