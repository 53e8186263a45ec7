"""What must hold for the workloads of a demand file in their environment.

A workload that waits because others were first is no fault. One of whose pods
could not run on the empty fleet is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from environments import cards, offer
from environments.demand import Demand, Workload
from environments.faults import Fault, Path, known_or_meant, one_of, shown
from environments.model import Cluster, Dra, Environment, Hami, Pool, Quota, Tenant


def faults(environment: Environment, demand: Demand) -> Iterator[Fault]:
    """Every workload that names what is not there, or of which no pod could ever run."""
    for name in demand.services.keys() & demand.jobs.keys():
        message = f'"{name}" is a service already'
        yield Fault(("jobs", name), "duplicate-key", message, at_key=True)
    for kind, works in (("services", demand.services), ("jobs", demand.jobs)):
        for name, work in works.items():
            yield from _workload(environment, work, (kind, name))
    yield from _experiments(demand)


def _workload(environment: Environment, work: Workload, at: Path) -> Iterator[Fault]:
    tenant = environment.tenants.get(work.tenant)
    cluster = environment.clusters.get(work.cluster)
    if tenant is None:
        message = f'no tenant "{work.tenant}"{known_or_meant(work.tenant, environment.tenants)}'
        yield Fault((*at, "tenant"), "unknown-tenant", message, needs=(("tenants", work.tenant),))
    if cluster is None:
        message = f'no cluster "{work.cluster}"{known_or_meant(work.cluster, environment.clusters)}'
        yield Fault((*at, "cluster"), "unknown-cluster", message, needs=(("clusters", work.cluster),))
    if tenant is not None:
        yield from _tenant(tenant, work, at, cluster is not None)
    if cluster is not None:
        yield from _gpu(cluster, work, at)
        yield from _room(cluster, work, at)
    if tenant is not None and cluster is not None and work.cluster in tenant.clusters:
        yield from _quota(tenant.clusters[work.cluster].quota, work, at)


def _tenant(tenant: Tenant, work: Workload, at: Path, known_cluster: bool) -> Iterator[Fault]:
    here: Path = ("tenants", work.tenant)
    if work.priority not in tenant.priorities:
        message = f'tenant "{work.tenant}" may use {one_of(tenant.priorities)}; got "{work.priority}"'
        needs = ((*here, "priorities"),)
        yield Fault((*at, "priority"), "unknown-priority", message, needs=needs)
    if known_cluster and work.cluster not in tenant.clusters:
        message = f'tenant "{work.tenant}" has a share of {" and ".join(tenant.clusters)} only'
        needs = ((*here, "clusters"),)
        yield Fault((*at, "cluster"), "tenant-not-in-cluster", message, needs=needs)


def _gpu(cluster: Cluster, work: Workload, at: Path) -> Iterator[Fault]:
    gpu, sharing = work.gpu, ("clusters", work.cluster, "sharing")
    if gpu.cores is not None and gpu.memory is None:
        message = "cores without memory is no slice; add memory"
        yield Fault((*at, "gpu", "cores"), "cores-without-memory", message, needs=((*at, "gpu"),))
    if gpu.memory is not None and not gpu.memory.value:
        message = "a slice of nothing; HAMi would hand out the whole card for it"
        yield Fault((*at, "gpu", "memory"), "empty-slice", message)
    if not gpu.whole and cluster.mode == "none":
        message = f"{work.cluster} hands out whole cards only"
        yield Fault((*at, "gpu", "memory"), "slice-on-gpu-cluster", message, needs=(sharing,))
    if gpu.whole and isinstance(cluster.sharing, Hami | Dra) and gpu.cards > cluster.sharing.whole_cards:
        message = (
            f"{work.cluster} cuts cards; a pod there may ask for {cluster.sharing.whole_cards} "
            "whole at most; use a GPU cluster"
        )
        needs = (sharing, (*at, "gpu"))
        yield Fault((*at, "gpu", "cards"), "whole-cards-on-vgpu-cluster", message, needs=needs)


# --- room on the nodes -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """One amount that one pod asks for, and what a pool has of it for one pod."""

    path: Path
    rule: str
    amount: int
    has: Callable[[Pool], int]
    message: Callable[[int], str]


def _room(cluster: Cluster, work: Workload, at: Path) -> Iterator[Fault]:
    """Some pool must hold all that one pod asks for."""
    needs: tuple[Path, ...] = (("clusters", work.cluster, "pools"), ("clusters", work.cluster, "sharing"))
    known = [pool for pool in cluster.pools.values() if pool.card in cards.table()]
    pools = [pool for pool in known if work.card in (None, pool.card)]
    if not pools:
        if work.card is not None:
            names = list(dict.fromkeys(pool.card for pool in known))
            message = f"no pool of {work.cluster} has {shown(work.card)}{known_or_meant(work.card, names)}"
            yield Fault((*at, "card"), "unknown-card", message, needs=needs)
        return
    asks = list(_asks(cluster, work, at))
    over = [ask for ask in asks if ask.amount > max(ask.has(pool) for pool in pools)]
    for ask in over:
        message = ask.message(max(ask.has(pool) for pool in pools))
        yield Fault(ask.path, ask.rule, message, needs=needs)
    if not over and not any(all(ask.amount <= ask.has(pool) for ask in asks) for pool in pools):
        message = f"no pool of {work.cluster} has all that one pod asks for; each alone would fit"
        yield Fault((*at, "gpu"), "fits-no-pool", message, needs=needs)


def _asks(cluster: Cluster, work: Workload, at: Path) -> Iterator[_Ask]:
    gpu, host = work.gpu, work.host
    yield _Ask(
        path=(*at, "gpu", "cards"),
        rule="too-many-cards",
        amount=gpu.cards,
        has=lambda pool: pool.cards_per_node,
        message=lambda most: f"a node there has {most} cards; got {gpu.cards}; use more pods",
    )
    if gpu.memory is not None:
        given = f"{gpu.memory} is {gpu.memory.mib} MiB"
        yield _Ask(
            path=(*at, "gpu", "memory"),
            rule="slice-over-card",
            amount=gpu.memory.mib,
            has=lambda pool: offer.card_memory_mib(cluster, pool),
            message=lambda most: f"{given}, the largest card there has {most} MiB",
        )
    yield _Ask(
        path=(*at, "host", "cpu"),
        rule="pod-over-machine",
        amount=host.cpu.millicores,
        has=lambda pool: pool.machine.cpu.millicores,
        message=lambda most: f"the largest machine there has {most}m; got {host.cpu}",
    )
    yield _Ask(
        path=(*at, "host", "memory"),
        rule="pod-over-machine",
        amount=host.memory.mib,
        has=lambda pool: pool.machine.memory.mib,
        message=lambda most: f"the largest machine there has {most}Mi; got {host.memory}",
    )


# --- quotas and experiments --------------------------------------------------------


def _quota(quota: Quota, work: Workload, at: Path) -> Iterator[Fault]:
    """One pod alone must fit into what its tenant may hold."""
    gpu, host = work.gpu, work.host
    slices = 0 if gpu.whole else gpu.cards
    memory = gpu.memory.mib * gpu.cards if gpu.memory else 0
    one_pod = (
        ("cards", quota.cards, gpu.cards if gpu.whole else 0, ("gpu", "cards")),
        ("slices", quota.slices, slices, ("gpu", "cards")),
        ("gpu_memory", quota.gpu_memory and quota.gpu_memory.mib, memory, ("gpu", "memory")),
        ("gpu_cores", quota.gpu_cores, (gpu.cores or 0) * slices, ("gpu", "cores")),
        ("cpu", quota.cpu and quota.cpu.millicores, host.cpu.millicores, ("host", "cpu")),
        ("memory", quota.memory and quota.memory.mib, host.memory.mib, ("host", "memory")),
        ("pods", quota.pods, 1, ()),
    )
    for key, most, asked, path in one_pod:
        if most is not None and asked > most:
            limit = getattr(quota, key)
            message = f'one pod is more than tenant "{work.tenant}" may hold there: {key} {limit}'
            needs = (("tenants", work.tenant, "clusters", work.cluster, "quota"),)
            yield Fault((*at, *path), "pod-over-quota", message, needs=needs)


def _experiments(demand: Demand) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for name, service in demand.services.items():
        if (experiment := service.experiment) is None:
            continue
        if (experiment.name, experiment.arm) in seen:
            message = f'experiment "{experiment.name}" has an arm "{experiment.arm}" already'
            yield Fault(("services", name, "experiment", "arm"), "duplicate-arm", message)
        seen.add((experiment.name, experiment.arm))
