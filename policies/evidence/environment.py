"""An environment and its demand as subjects, each with its way back to the YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from environments.load import Loaded
from environments.yaml_document import Document
from policies.finding import Path, Place, dotted
from policies.origin import Subject
from policies.parts import Cluster, Fleetwide, Pool, Tenant, Workload


@dataclass(frozen=True, slots=True)
class Lines:
    """An origin that is a document with marks."""

    document: Document

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """The line of a scalar; of the key of what holds more; of what should hold the rest."""
        standing = self._standing(path)
        here = self.document.place(standing, at_key=at_key or standing != path)
        key = self.document.place(standing, at_key=True)
        # The first line of a block is the line below its key.
        found = here if here.line == key.line else key
        return Place(file=self.document.file, line=found.line, column=found.column)

    def _standing(self, path: Path) -> Path:
        """The longest part of the path that is in the file."""
        values, aliases = self.document.values, self.document.aliases
        for end in range(len(path), 0, -1):
            if path[:end] in values or any(path[:cut] in aliases for cut in range(1, end)):
                return path[:end]
        return ()


def subjects(loaded: Loaded) -> Iterator[Subject]:
    """The whole, then its clusters, pools, tenants and workloads in the order of the files."""
    environment = loaded.environment
    lines = Lines(loaded.document)
    yield Fleetwide(
        address=environment.name, origin=lines, environment=environment, demand=loaded.demand
    )
    for name, cluster in environment.clusters.items():
        path: Path = ("clusters", name)
        yield Cluster(
            address=dotted(path),
            origin=lines,
            root=path,
            name=name,
            cluster=cluster,
            environment=environment,
        )
        yield from _pools(loaded, lines, name)
    for name, tenant in environment.tenants.items():
        yield Tenant(
            address=f"tenants.{name}",
            origin=lines,
            root=("tenants", name),
            name=name,
            tenant=tenant,
            environment=environment,
        )
    yield from _workloads(loaded)


def _pools(loaded: Loaded, lines: Lines, cluster_name: str) -> Iterator[Pool]:
    environment = loaded.environment
    cluster = environment.clusters[cluster_name]
    for name, pool in cluster.pools.items():
        path: Path = ("clusters", cluster_name, "pools", name)
        yield Pool(
            address=dotted(path),
            origin=lines,
            root=path,
            cluster_name=cluster_name,
            name=name,
            pool=pool,
            cluster=cluster,
            environment=environment,
        )


def _workloads(loaded: Loaded) -> Iterator[Workload]:
    if loaded.demand_document is None:
        return
    lines = Lines(loaded.demand_document)
    for group in ("services", "jobs"):
        for name, work in getattr(loaded.demand, group).items():
            yield Workload(
                address=f"{group}.{name}",
                origin=lines,
                root=(group, name),
                name=name,
                workload=work,
                environment=loaded.environment,
            )
