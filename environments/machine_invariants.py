"""What must hold of a pool's machines: instance types, disks, and what the cloud does with them."""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards, catalogue, clouds
from environments.catalogue import InstanceType
from environments.clouds import Provider
from environments.faults import Fault, Path, twice
from environments.model import Cluster, Embedded, Pool, Private
from environments.phrases import known_or_meant
from environments.quantity import Memory

DISKS = {"system": (40, 2048), "data": (40, 32000)}
"""Sizes in Gi that all three clouds sell."""


def faults(cluster: Cluster, pool: Pool, at: Path) -> Iterator[Fault]:
    """Every relation that does not hold of the machines of the pool at the path."""
    if isinstance(cluster.cloud, Embedded):
        return
    yield from twice(pool.instance_types, (*at, "instance_types"))
    yield from _machine(cluster, pool, at)
    if isinstance(cluster.cloud, Private):
        return
    cloud = clouds.provider(cluster.cloud)
    yield from _instance_types(cloud, pool, at)
    yield from _spot(cluster, pool, at)
    yield from _disks(pool, (*at, "disk"))


# --- what they are -----------------------------------------------------------------


def _machine(cluster: Cluster, pool: Pool, at: Path) -> Iterator[Fault]:
    machine, here = pool.machine, (*at, "machine")
    if machine is None:
        if catalogue.known_machine(cluster, pool) is None and _nobody_says(cluster, pool):
            message = '"machine" is missing: the catalogue does not say what these machines are'
            needs: tuple[Path, ...] = ((*at[:2], "cloud"), here, (*at, "instance_types"))
            yield Fault(here, "missing-key", message, at_key=True, needs=needs)
        return
    for key, amount in (("cpu", machine.cpu), ("memory", machine.memory)):
        if not amount.value:
            yield Fault((*here, key), "nothing-offered", f"a machine has more {key} than {amount}")
    for name, it in _known(clouds.provider(cluster.cloud), pool):
        if it.machine is not None and it.machine.cpu < machine.cpu:
            message = f'"{name}" has {it.machine.cpu} cores; got {machine.cpu}'
            yield Fault((*here, "cpu"), "machine-over-type", message)
        if it.machine is not None and it.machine.memory < machine.memory:
            message = f'"{name}" has {it.machine.memory} of memory; got {machine.memory}'
            yield Fault((*here, "memory"), "machine-over-type", message)


def _nobody_says(cluster: Cluster, pool: Pool) -> bool:
    """Whether it is the machine that is missing, and not a known instance type."""
    if isinstance(cluster.cloud, Private):
        return not pool.instance_types
    known = dict(_known(clouds.provider(cluster.cloud), pool))
    unlisted = [name for name in pool.instance_types if name not in known]
    return bool(pool.instance_types) and (pool.unlisted or not unlisted)


def _known(cloud: Provider, pool: Pool) -> Iterator[tuple[str, InstanceType]]:
    for name in pool.instance_types:
        if (it := catalogue.find(cloud, name)) is not None:
            yield name, it


def _instance_types(cloud: Provider, pool: Pool, at: Path) -> Iterator[Fault]:
    here = (*at, "instance_types")
    needs: tuple[Path, ...] = ((*at[:2], "cloud"), here)
    if not pool.instance_types and pool.card in cards.table():
        message = (
            '"instance_types" is missing: which machines to order; '
            f'"fleet catalog --cloud {cloud} --card {pool.card}" shows some'
        )
        needs = (*needs, (*at, "card"))
        yield Fault(here, "missing-key", message, at_key=True, needs=needs)
    for index, name in enumerate(pool.instance_types):
        it = catalogue.find(cloud, name)
        if it is None and not pool.unlisted:
            message = f'no instance type "{name}" of {cloud}{_instead(cloud, name)}'
            yield Fault((*here, index), "unknown-instance-type", message, needs=needs)
        elif it is not None:
            for rule, message in _unfit(cloud, name, it, pool):
                grounds = (*needs, *((*at, key) for key in ("card", "cards_per_node", "rdma")))
                yield Fault((*here, index), rule, message, needs=grounds)


def _instead(cloud: Provider, name: str) -> str:
    """What was meant, or who sells it; else how to take a type that nobody told us of."""
    for other, types in catalogue.table().items():
        if name in types:
            return f"; it is {other}'s"
    if (hint := known_or_meant(name, catalogue.table().get(cloud, {}))).startswith("; did"):
        return hint
    return f'; "fleet catalog --cloud {cloud}" lists them; "unlisted: true" takes others'


def _unfit(cloud: Provider, name: str, it: InstanceType, pool: Pool) -> Iterator[tuple[str, str]]:
    """Why the pool cannot be made of the type: rule and message."""
    catalog = f'"fleet catalog --cloud {cloud} --card {pool.card}'
    if it.refused:
        yield "refused-instance-type", f'"{name}" makes no pool: {it.refused}'
    elif pool.card not in cards.table():
        return  # A fault of its own: nobody knows which was meant.
    elif it.card != pool.card or it.cards != pool.cards_per_node:
        wanted = f"{pool.cards_per_node} x {pool.card}"
        message = f'"{name}" has {it.cards} x {it.card}, not {wanted}; {catalog}" shows others'
        yield "wrong-instance-type", message
    elif pool.rdma and not it.rdma:
        message = f'"{name}" has no RDMA; {catalog} --rdma" shows what has; or set rdma: false'
        yield "no-rdma", message


# --- how they are had --------------------------------------------------------------


def _spot(cluster: Cluster, pool: Pool, at: Path) -> Iterator[Fault]:
    if pool.spot and pool.rdma and cluster.mode == "none":
        message = (
            "a training job over RDMA ends when one of its machines is taken back; "
            "remove spot, or train without rdma"
        )
        yield Fault((*at, "spot"), "spot-with-rdma", message, needs=((*at[:2], "sharing"),))


def _disks(pool: Pool, at: Path) -> Iterator[Fault]:
    for key, size in (("system", pool.disk.system), ("data", pool.disk.data)):
        least, most = DISKS[key]
        if size is not None and not (_whole_gi(size) and least <= size.mib // 1024 <= most):
            message = f"must be whole Gi from {least}Gi to {most}Gi; got {size}"
            yield Fault((*at, key), "disk-size", message)


def _whole_gi(size: Memory) -> bool:
    return size.bytes % 2**30 == 0
