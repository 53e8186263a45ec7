"""What is asked of the simulator: the fleet and its demand, as they are or changed.

Every change makes a new environment or demand; nothing on disk is touched. What a
changed environment may not say is refused as it would be in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import yaml

from environments import invariants
from environments.demand import Demand, Gpu, Job, Service
from environments.errors import UsageError
from environments.faults import dotted
from environments.invariants import near
from environments.model import Environment
from environments.quantity import decode, encode


def changed(environment: Environment, changes: Iterable[str]) -> Environment:
    """The environment with `PATH=VALUE` changes; the path may leave out `clusters.NAME`.

    Raises `UsageError` for a path that is not there, and for what the model refuses.
    """
    changes = tuple(changes)
    if not changes:
        return environment
    data = msgspec.to_builtins(environment, enc_hook=encode)
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals or not path or not value:
            raise UsageError(
                f'cannot read "{change}"; write PATH=VALUE: pools.h20.nodes.desired=40'
            )
        _set(data, _full(data, path.strip().split(".")), yaml.safe_load(value), change)
    return _checked(data, changes)


def grown(demand: Demand, factor: float) -> Demand:
    """Each service and job with so many times its pods, one at least."""
    return msgspec.structs.replace(
        demand,
        services={name: _times(service, factor) for name, service in demand.services.items()},
        jobs={
            name: msgspec.structs.replace(job, pods=_rounded(job.pods * factor))
            for name, job in demand.jobs.items()
        },
    )


def whole(environment: Environment, demand: Demand) -> tuple[Environment, Demand]:
    """The fleet before cards were cut: each slice holds a card of its own."""
    clusters = {
        name: msgspec.structs.replace(cluster, sharing="none")
        for name, cluster in environment.clusters.items()
    }
    works = demand.workloads()
    uncut = {
        name: msgspec.structs.replace(work, gpu=Gpu(cards=work.gpu.cards))
        for name, work in works.items()
    }
    return (
        msgspec.structs.replace(environment, clusters=clusters),
        msgspec.structs.replace(
            demand,
            services={n: work for n, work in uncut.items() if isinstance(work, Service)},
            jobs={n: work for n, work in uncut.items() if isinstance(work, Job)},
        ),
    )


def at_hour(demand: Demand, hour: int) -> Demand:
    """The demand of one hour of the day, by the rhythm of each service; jobs run on."""
    return msgspec.structs.replace(
        demand,
        services={
            name: service
            if service.rhythm is None
            else _times(service, demand.rhythms[service.rhythm][hour])
            for name, service in demand.services.items()
        },
    )


def surged(demand: Demand, percent: int) -> Demand:
    """Every service with a rolling update's pods beside its own, rounded up as Kubernetes does."""
    return msgspec.structs.replace(
        demand,
        services={
            name: msgspec.structs.replace(
                service, replicas=service.replicas - (-service.replicas * percent // 100)
            )
            for name, service in demand.services.items()
        },
    )


def _times(service: Service, factor: float) -> Service:
    return msgspec.structs.replace(service, replicas=_rounded(service.replicas * factor))


def _rounded(pods: float) -> int:
    return max(1, int(pods + 0.5))


def _full(data: Mapping[str, Any], path: list[str]) -> list[str]:
    """The path from the root: `pools.h20...` belongs to the one cluster that has it."""
    clusters = data["clusters"]
    if path[0] in data:
        return path
    if path[0] in clusters:
        return ["clusters", *path]
    if path[0] == "pools" and len(path) > 1:
        owners = [name for name, cluster in clusters.items() if path[1] in cluster["pools"]]
        if len(owners) == 1:
            return ["clusters", owners[0], *path]
        if owners:
            asked = " or ".join(f"{name}.{'.'.join(path)}" for name in owners)
            raise UsageError(f'more than one cluster has a pool "{path[1]}"; write {asked}')
        pools = {pool for cluster in clusters.values() for pool in cluster["pools"]}
        raise UsageError(f'no pool "{path[1]}"{near(path[1], sorted(pools))}')
    known = [*clusters, "pools", *data]
    raise UsageError(f'no "{path[0]}" in the environment{near(path[0], known)}')


def _set(data: dict[str, Any], path: list[str], value: object, change: str) -> None:
    place: Any = data
    for step, key in enumerate(path[:-1]):
        if not isinstance(place, dict) or key not in place:
            here = dotted(tuple(path[:step])) or "the environment"
            known = list(place) if isinstance(place, dict) else []
            raise UsageError(f'no "{key}" in {here}{near(key, known)}')
        place = place[key]
    if not isinstance(place, dict):
        raise UsageError(f'"{change}" changes a part of {dotted(tuple(path[:-1]))}, which has none')
    place[path[-1]] = value


def _checked(data: dict[str, Any], changes: tuple[str, ...]) -> Environment:
    said = " ".join(f"--what-if {change}" for change in changes)
    try:
        environment = msgspec.convert(data, Environment, dec_hook=decode)
    except msgspec.ValidationError as error:
        message = re.sub(r" - at `\$\.?(.*)`", r" at \1", str(error))
        raise UsageError(f"{said}: {message[:1].lower()}{message[1:]}") from None
    faults = list(invariants.faults(environment))
    if faults:
        first = f"{dotted(faults[0].path)}: {faults[0].message}"
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise UsageError(f"{said}: {first}{more}")
    return environment
