"""What an admission policy of ours is: data that the API server runs.

A policy is one ValidatingAdmissionPolicy and its binding. Its CEL says nothing
of one cluster: what differs between clusters comes in as a few constants at the
top of its variables. It needs nothing newer than Kubernetes 1.30.

`spec.failurePolicy` is Fail: an expression that breaks refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.addon import Manifest
from components.addons.admission.place import Place
from components.addons.metadata import USER_NAMESPACES, metadata
from environments.model import Mode

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
    modes: frozenset[Mode]
    conditions: Mapping[str, str]
    """Match conditions: all must be true for the policy to look at a request at all."""
    variables: Mapping[str, str]
    validations: tuple[Validation, ...]
    examples: Callable[[Place], tuple[Example, ...]]
    guards: Callable[[Place], bool] = field(default=lambda _: True)
    """Whether it is needed in a place of one of its modes."""
    resources: Resources = PODS_AND_TEMPLATES

    def applies(self, place: Place) -> bool:
        """Whether the cluster gets it."""
        return place.cluster.mode in self.modes and self.guards(place)

    def manifests(self, place: Place) -> tuple[Manifest, Manifest]:
        """The policy and its binding."""
        return self._policy(place), self._binding(place)

    def all_variables(self, place: Place) -> dict[str, str]:
        """The constants of the place that the policy uses, then its own variables."""
        text = " ".join([*self.variables.values(), *(v.expression for v in self.validations)])
        text += " ".join(validation.message for validation in self.validations)
        constants = place.constants()
        used = {name: value for name, value in constants.items() if f"variables.{name}" in text}
        return {**used, **self.variables}

    def _policy(self, place: Place) -> Manifest:
        return {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": metadata(self.name, annotations={"gpu-fleet.dev/why": self.why}),
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "resourceRules": [dict(rule) for rule in self.resources],
                    "namespaceSelector": USER_NAMESPACES,
                },
                # An empty list would not read back.
                **({"matchConditions": named(self.conditions)} if self.conditions else {}),
                "variables": named(self.all_variables(place)),
                "validations": [
                    {"expression": found.expression, "messageExpression": found.message}
                    for found in self.validations
                ],
            },
        }

    def _binding(self, place: Place) -> Manifest:
        return {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": metadata(self.name),
            "spec": {
                "policyName": self.name,
                "validationActions": [place.environment.settings.policy_action],
            },
        }


def named(expressions: Mapping[str, str]) -> list[dict[str, str]]:
    """Expressions by name, as the API server wants them; later ones may use earlier ones."""
    return [{"name": name, "expression": text} for name, text in expressions.items()]
