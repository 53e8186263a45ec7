"""All that rules look at, and the fleet around it.

A rule reports only on the subject that it is given, and may look at everything
else through the `Fleet`: what was collected in one run, indexed by kind and type.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from environments.demand import Demand
from environments.model import Environment
from policies.change import Change, PlanFile
from policies.objects import Chart, Manifest
from policies.origin import NOWHERE, Origin, Subject
from policies.parts import Cluster, Fleetwide, Pool, Tenant, Workload
from policies.pods import PodTemplate
from policies.resource import Module, Resource

__all__ = [
    "NOWHERE",
    "Change",
    "Chart",
    "Cluster",
    "Fleet",
    "Fleetwide",
    "Manifest",
    "Module",
    "Origin",
    "PlanFile",
    "PodTemplate",
    "Pool",
    "Resource",
    "Subject",
    "Tenant",
    "Workload",
]

S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """Everything that was collected in one run."""

    environment: Environment | None = None
    """None where only files of others are judged."""
    demand: Demand | None = None
    subjects: tuple[Subject, ...] = field(default=(), repr=False)
    today: dt.date = dt.date.min
    """The day of the run, for rules about dates."""
    kept: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    """What rules work out once a run and use again, by keys of their own."""

    def of(self, kind: type[S], *types: str) -> tuple[S, ...]:
        """The subjects of a kind, or only those of some resource types or manifest kinds."""
        found = self._by_type.get(kind, {})
        chosen: Iterable[list[Subject]] = (
            (found[name] for name in types if name in found) if types else found.values()
        )
        return cast("tuple[S, ...]", tuple(subject for some in chosen for subject in some))

    def manifests(
        self, *kinds: str, cluster: str | None = None, namespace: str = ""
    ) -> tuple[Manifest, ...]:
        """The objects of some kinds in one cluster, or in one namespace of it.

        Files of others have no cluster: they are taken as those of one.
        """
        if namespace:
            index = self._by_namespace
            return tuple(o for kind in kinds for o in index.get((cluster, namespace, kind), ()))
        return tuple(o for kind in kinds for o in self._by_cluster.get((cluster, kind), ()))

    def resources(self, *types: str) -> tuple[Resource, ...]:
        """The Terraform resources of some types, of all stacks."""
        return self.of(Resource, *types)

    def changes(self, *types: str) -> tuple[Change, ...]:
        """What a plan changes of some types."""
        return self.of(Change, *types)

    @cached_property
    def _by_type(self) -> Mapping[type[Subject], Mapping[str, list[Subject]]]:
        found: dict[type[Subject], dict[str, list[Subject]]] = {}
        for subject in self.subjects:
            found.setdefault(type(subject), {}).setdefault(subject.type, []).append(subject)
        return found

    @cached_property
    def _by_cluster(self) -> Mapping[tuple[str | None, str], list[Manifest]]:
        found = defaultdict(list)
        for manifest in self.of(Manifest):
            found[manifest.cluster, manifest.kind].append(manifest)
        return found

    @cached_property
    def _by_namespace(self) -> Mapping[tuple[str | None, str, str], list[Manifest]]:
        found = defaultdict(list)
        for manifest in self.of(Manifest):
            found[manifest.cluster, manifest.namespace, manifest.kind].append(manifest)
        return found
