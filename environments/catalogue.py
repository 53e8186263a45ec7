"""The catalogue as data: what each instance type with cards is, never guessed from its name.

`instance_types.yaml` says what public pages and users of the types say, and how
sure that is. What a pool's machines are is answered here too: by the pool where
it says so, else by the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from environments import cards, clouds
from environments.clouds import Provider
from environments.errors import InvalidInput
from environments.model import Cluster, Machine, Pool
from environments.quantity import Cpu, Memory, decode
from environments.yaml_reader import parse


class InstanceType(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One type of machine that a cloud sells. What nobody said is None."""

    cards: Annotated[int, Meta(ge=1, le=16)]
    """Cards in the machine."""
    source: str
    """Who says so; a key of the file's `sources` in the file, their text in the table."""
    card: str | None = None
    """A name from the card table; None where the card is not in it."""
    vcpu: Annotated[int, Meta(ge=1)] | None = None
    """Processor cores as the cloud counts them."""
    memory: Memory | None = None
    """Memory of the machine."""
    network_gbps: float | None = None
    """Baseline of the network in Gbit/s, RDMA aside."""
    rdma: bool = False
    """Whether machines of the type can be joined by RDMA."""
    rdma_gbps: int | None = None
    """All RDMA links of one machine in Gbit/s."""
    local_disks: str = ""
    """Disks that go with the machine and come empty with the next."""
    verified: bool = False
    """Whether the cloud's own page says all of it."""
    note: str = ""
    """For people."""
    refused: str = ""
    """Why no pool can be made of it; empty where one can."""

    @property
    def machine(self) -> Machine | None:
        """What it offers beside its cards, where that is known."""
        if self.vcpu is None or self.memory is None:
            return None
        return Machine(cpu=Cpu(str(self.vcpu)), memory=self.memory)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sources: dict[str, str]
    types: dict[Provider, dict[str, InstanceType]]


@cache
def table() -> dict[Provider, dict[str, InstanceType]]:
    """All known instance types by cloud and name, in the order of `instance_types.yaml`."""
    file = Path(__file__).with_name("instance_types.yaml")
    return read(file.read_bytes(), file.name)


def read(content: bytes, file: str) -> dict[Provider, dict[str, InstanceType]]:
    """A catalogue from its text. Raises `InvalidInput` where it is wrong in itself."""
    document = parse(content, file)
    try:
        found = msgspec.convert(document.data, _File, dec_hook=decode)
    except msgspec.ValidationError as error:
        document.problems.append(document.problem((), "wrong-value", str(error)))
    else:
        for cloud, name, key, value in _unknown(found):
            message = f'no {key} "{value}"'
            path = ("types", cloud, name, key)
            document.problems.append(document.problem(path, f"unknown-{key}", message))
    if document.problems:
        raise InvalidInput(tuple(document.problems))
    return {
        cloud: {
            name: msgspec.structs.replace(it, source=found.sources[it.source])
            for name, it in types.items()
        }
        for cloud, types in found.types.items()
    }


def _unknown(file: _File) -> Iterator[tuple[str, str, str, str]]:
    for cloud, types in file.types.items():
        for name, it in types.items():
            if it.source not in file.sources:
                yield cloud, name, "source", it.source
            if it.card is not None and it.card not in cards.table():
                yield cloud, name, "card", it.card


def find(cloud: Provider, name: str) -> InstanceType | None:
    """The type that the cloud sells under this name; None where nobody told us."""
    return table().get(cloud, {}).get(name)


def machine(cluster: Cluster, pool: Pool) -> Machine:
    """What each machine of the pool offers beside its cards, of a valid environment."""
    found = known_machine(cluster, pool)
    if found is None:
        raise AssertionError("this is a bug: nothing says what the pool's machines are")
    return found


def known_machine(cluster: Cluster, pool: Pool) -> Machine | None:
    """As the pool says; else the least that any of its instance types has, if that is known."""
    if pool.machine is not None:
        return pool.machine
    cloud = clouds.provider(cluster.cloud)
    types = [find(cloud, name) for name in pool.instance_types]
    machines = [it.machine if it else None for it in types]
    known = [it for it in machines if it is not None]
    if not known or len(known) < len(machines):
        return None
    return Machine(cpu=min(it.cpu for it in known), memory=min(it.memory for it in known))
