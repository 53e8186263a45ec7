"""What an admission policy of ours is: data that the API server runs.

A policy is one ValidatingAdmissionPolicy and its binding. Its CEL says nothing
of one cluster: what differs between clusters comes in as a few constants at the
top of its variables. It needs nothing newer than Kubernetes 1.30.

`spec.failurePolicy` is Fail: an expression that breaks refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from environments.admission.place import CONSTANTS, Place
from environments.model import Mode

Manifest = Mapping[str, Any]
"""A Kubernetes object as it would stand in YAML."""

Severity = Literal["info", "low", "medium", "high", "critical"]

Resources = tuple[Mapping[str, Any], ...]
"""Resource rules of `matchConstraints`."""

PODS_AND_TEMPLATES: Resources = (
    # A pod's requests do not change once it is there.
    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]},
    # Whoever writes a template is told at once, not by a controller's events.
    {
        "apiGroups": ["apps"],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["deployments", "statefulsets", "daemonsets"],
    },
    {
        "apiGroups": ["batch"],
        "apiVersions": ["v1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["jobs", "cronjobs"],
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What must be true, and what is said when it is not: both CEL."""

    expression: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request, and whether the policy lets it pass."""

    title: str
    manifest: Manifest
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One rule of the dual-cluster law, with the requests that prove it.

    A refused example breaks this policy and no other: the API server names only
    one of the policies that refuse.
    """

    name: str
    title: str
    """What is refused, as a report says it."""
    why: str
    fix: str
    """What its author does instead."""
    severity: Severity
    modes: frozenset[Mode]
    conditions: Mapping[str, str]
    """Match conditions: all must be true for the policy to look at a request at all."""
    variables: Mapping[str, str]
    validations: tuple[Validation, ...]
    examples: Callable[[Place], tuple[Example, ...]]
    guards: Callable[[Place], bool] = field(default=lambda _: True)
    """Whether it is needed in a place of one of its modes."""
    resources: Resources = PODS_AND_TEMPLATES
    fields: tuple[tuple[str, ...], ...] = ()
    """Where its author would look, inside a container or else inside the pod's spec."""

    def applies(self, place: Place) -> bool:
        """Whether the cluster gets it."""
        return place.cluster.mode in self.modes and self.guards(place)

    def all_variables(self, place: Place) -> dict[str, str]:
        """The constants of the place that the policy uses, then its own variables."""
        return self.variables_with(place.constants())

    def variables_with(self, constants: Mapping[str, str]) -> dict[str, str]:
        """Those of the constants that the policy uses, then its own variables."""
        used = self.constants_used()
        return {**{name: constants[name] for name in used}, **self.variables}

    def constants_used(self) -> tuple[str, ...]:
        """The names of the constants without which its expressions say nothing."""
        text = " ".join([*self.variables.values(), *(v.expression for v in self.validations)])
        text += " ".join(validation.message for validation in self.validations)
        return tuple(name for name in CONSTANTS if re.search(rf"variables\.{name}\b", text))
