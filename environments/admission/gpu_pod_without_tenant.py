"""Pods with cards that belong to nobody, or say that they belong to somebody else."""

from __future__ import annotations

from typing import Any

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation
from environments.keys import TENANT


def _examples(place: Place) -> tuple[Example, ...]:
    unlabelled = _labelled(place, {})
    foreign = _labelled(place, {TENANT: "somebody-else"})
    stray = request.with_cards(place)
    stray["metadata"] |= {"namespace": "default", "labels": {}}
    # Without one, its priority cannot be wrong in a namespace that allows none.
    del stray["spec"]["priorityClassName"]
    return (
        Example(title="no tenant label", manifest=unlabelled, allowed=False),
        Example(title="another tenant's label", manifest=foreign, allowed=False),
        Example(title="a namespace of no tenant", manifest=stray, allowed=False),
        Example(title="the tenant's label", manifest=request.with_cards(place), allowed=True),
    )


def _labelled(place: Place, labels: dict[str, str]) -> dict[str, Any]:
    found = request.with_cards(place)
    found["metadata"]["labels"] = labels
    return found


POLICY = Policy(
    name="gpu-pod-without-tenant",
    title="pods with cards and without their tenant's label",
    why="Quotas, utilization and cost are counted by tenant; a pod of nobody is paid by everybody.",
    fix="run the pod in its team's namespace and label it `gpu-fleet.dev/tenant: <namespace>`",
    severity="medium",
    modes=frozenset({"none", "hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.POD,
        "tenant": f"namespaceObject.metadata.?labels[?'{TENANT}'].orValue('')",
        "label": f"variables.pod.?metadata.?labels[?'{TENANT}'].orValue('')",
    },
    validations=(
        Validation(
            expression="variables.tenant != ''",
            message="'asks for cards in namespace ' + namespaceObject.metadata.name"
            " + ', which belongs to no tenant; run it in the namespace of your team'",
        ),
        Validation(
            expression="variables.tenant == '' || variables.label == variables.tenant",
            message="(variables.label == '' ? 'asks for cards and has no tenant'"
            " : 'asks for cards of tenant ' + variables.label)"
            f" + '; label the pod {TENANT}: ' + variables.tenant"
            " + ', as its namespace is'",
        ),
    ),
    examples=_examples,
)
