"""What must hold for the workloads of a demand file in their environment.

A workload that waits because others were first is no fault. One of whose pods
could not run on the empty fleet is.
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import workload_room as room
from environments.demand import Demand, Workload
from environments.faults import Fault, Path
from environments.model import Cluster, Dra, Environment, Hami, Quota, Tenant
from environments.phrases import known_or_meant, one_of
from environments.quantity import Cpu, Memory


def faults(environment: Environment, demand: Demand) -> Iterator[Fault]:
    """Every workload that names what is not there, or of which no pod could ever run."""
    for name in demand.services.keys() & demand.jobs.keys():
        message = f'"{name}" is a service already'
        yield Fault(("jobs", name), "duplicate-key", message, at_key=True)
    for kind, works in (("services", demand.services), ("jobs", demand.jobs)):
        for name, work in works.items():
            yield from _workload(environment, work, (kind, name))
    yield from _experiments(demand)
    yield from _rhythms(demand)


def _workload(environment: Environment, work: Workload, at: Path) -> Iterator[Fault]:
    tenant = environment.tenants.get(work.tenant)
    cluster = environment.clusters.get(work.cluster)
    if tenant is None:
        message = f'no tenant "{work.tenant}"{known_or_meant(work.tenant, environment.tenants)}'
        yield Fault((*at, "tenant"), "unknown-tenant", message, needs=(("tenants", work.tenant),))
    if cluster is None:
        message = f'no cluster "{work.cluster}"{known_or_meant(work.cluster, environment.clusters)}'
        needs = (("clusters", work.cluster),)
        yield Fault((*at, "cluster"), "unknown-cluster", message, needs=needs)
    if tenant is not None:
        yield from _tenant(environment, tenant, work, at)
    if cluster is not None:
        yield from _gpu(cluster, work, at)
        yield from room.faults(cluster, work, at)
    if tenant is not None and cluster is not None and work.cluster in tenant.clusters:
        yield from _quota(tenant.clusters[work.cluster].quota, work, at)


def _tenant(environment: Environment, tenant: Tenant, work: Workload, at: Path) -> Iterator[Fault]:
    here: Path = ("tenants", work.tenant)
    if work.priority not in tenant.priorities:
        listed = one_of(tenant.priorities)
        message = f'tenant "{work.tenant}" may use {listed}; got "{work.priority}"'
        needs = ((*here, "priorities"),)
        yield Fault((*at, "priority"), "unknown-priority", message, needs=needs)
    known = tenant.clusters.keys() | {work.cluster} <= environment.clusters.keys()
    if known and work.cluster not in tenant.clusters:
        message = f'tenant "{work.tenant}" has a share of {" and ".join(tenant.clusters)} only'
        needs = ((*here, "clusters"),)
        yield Fault((*at, "cluster"), "tenant-not-in-cluster", message, needs=needs)


def _gpu(cluster: Cluster, work: Workload, at: Path) -> Iterator[Fault]:
    gpu, needs = work.gpu, (("clusters", work.cluster, "sharing"), (*at, "gpu"))
    most_whole = cluster.sharing.whole_cards if isinstance(cluster.sharing, Hami | Dra) else None
    if gpu.cores is not None and gpu.memory is None:
        message = "cores without memory is no slice; add memory"
        yield Fault((*at, "gpu", "cores"), "cores-without-memory", message, needs=needs[1:])
    if gpu.memory is not None and not gpu.memory.value:
        message = "a slice of nothing; HAMi would hand out the whole card for it"
        yield Fault((*at, "gpu", "memory"), "empty-slice", message)
    if not gpu.whole and cluster.mode == "none":
        message = f"{work.cluster} hands out whole cards only"
        yield Fault((*at, "gpu", "memory"), "slice-on-gpu-cluster", message, needs=needs[:1])
    if gpu.whole and most_whole is not None and gpu.cards > most_whole:
        message = (
            f"{work.cluster} cuts cards; a pod there may ask for {most_whole} whole at most; "
            "use a GPU cluster"
        )
        yield Fault((*at, "gpu", "cards"), "whole-cards-on-vgpu-cluster", message, needs=needs)


def _quota(quota: Quota, work: Workload, at: Path) -> Iterator[Fault]:
    """One pod alone must fit into what its tenant may hold."""
    gpu, host = work.gpu, work.host
    slices = 0 if gpu.whole else gpu.cards
    memory = (_mib(gpu.memory) or 0) * gpu.cards
    one_pod: tuple[tuple[str, int | None, int, Path], ...] = (
        ("cards", quota.cards, gpu.cards if gpu.whole else 0, ("gpu", "cards")),
        ("slices", quota.slices, slices, ("gpu", "cards")),
        ("gpu_memory", _mib(quota.gpu_memory), memory, ("gpu", "memory")),
        ("gpu_cores", quota.gpu_cores, (gpu.cores or 0) * slices, ("gpu", "cores")),
        ("cpu", _millicores(quota.cpu), host.cpu.millicores, ("host", "cpu")),
        ("memory", _mib(quota.memory), host.memory.mib, ("host", "memory")),
        ("pods", quota.pods, 1, ()),
    )
    for key, most, asked, path in one_pod:
        if most is not None and asked > most:
            limit = getattr(quota, key)
            message = f'one pod is more than tenant "{work.tenant}" may hold there: {key} {limit}'
            share: Path = ("tenants", work.tenant, "clusters", work.cluster)
            needs = ((*share, "quota"), (*at, "gpu"))
            yield Fault((*at, *path), "pod-over-quota", message, needs=needs)


def _millicores(cpu: Cpu | None) -> int | None:
    return None if cpu is None else cpu.millicores


def _mib(memory: Memory | None) -> int | None:
    return None if memory is None else memory.mib


def _experiments(demand: Demand) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for name, service in demand.services.items():
        if (experiment := service.experiment) is None:
            continue
        if (experiment.name, experiment.arm) in seen:
            message = f'experiment "{experiment.name}" has an arm "{experiment.arm}" already'
            yield Fault(("services", name, "experiment", "arm"), "duplicate-arm", message)
        seen.add((experiment.name, experiment.arm))


def _rhythms(demand: Demand) -> Iterator[Fault]:
    for name, service in demand.services.items():
        known, rhythm = demand.rhythms, service.rhythm
        if rhythm is not None and rhythm not in known:
            message = f'no rhythm "{rhythm}"{known_or_meant(rhythm, known)}'
            needs = (("rhythms", rhythm),)
            yield Fault(("services", name, "rhythm"), "unknown-rhythm", message, needs=needs)
