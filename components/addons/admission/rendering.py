"""How the API server gets a policy: a ValidatingAdmissionPolicy and its binding.

What a policy says is in `environments.admission`; nothing is added to its texts here.
"""

from __future__ import annotations

from collections.abc import Mapping

from components.addon import PREFIX, Manifest
from components.addons.metadata import USER_NAMESPACES, metadata
from environments.admission.own import OwnPolicy
from environments.admission.place import Place
from environments.admission.policy import Policy


def manifests(policy: Policy, place: Place) -> tuple[Manifest, Manifest]:
    """The policy and its binding."""
    return _policy(policy, place), binding(policy.name, place.environment.settings.policy_action)


def of_users(policy: OwnPolicy, action: str) -> tuple[Manifest, Manifest]:
    """A policy of a user as it stands, marked as placed by us, and its binding."""
    given = policy.body["metadata"]
    placed = metadata(policy.name, annotations=given.get("annotations"), labels=given.get("labels"))
    return {**policy.body, "metadata": placed}, binding(policy.name, action)


def _policy(policy: Policy, place: Place) -> Manifest:
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": metadata(policy.name, annotations={f"{PREFIX}/why": policy.why}),
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [dict(rule) for rule in policy.resources],
                "namespaceSelector": USER_NAMESPACES,
            },
            # An empty list would not read back.
            **({"matchConditions": named(policy.conditions)} if policy.conditions else {}),
            "variables": named(policy.all_variables(place)),
            "validations": [
                {"expression": found.expression, "messageExpression": found.message}
                for found in policy.validations
            ],
        },
    }


def binding(name: str, action: str) -> Manifest:
    """What the API server does where the policy of that name refuses."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": metadata(name),
        "spec": {"policyName": name, "validationActions": [action]},
    }


def named(expressions: Mapping[str, str]) -> list[dict[str, str]]:
    """Expressions by name, as the API server wants them; later ones may use earlier ones."""
    return [{"name": name, "expression": text} for name, text in expressions.items()]
