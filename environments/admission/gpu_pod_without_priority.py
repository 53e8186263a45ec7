"""Pods with cards that have no priority, or one that is not their tenant's.

A namespace of no tenant allows none, and a pod without one passes there: that
it has no tenant is another policy's business.
"""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation
from environments.keys import PRIORITIES


def _examples(place: Place) -> tuple[Example, ...]:
    without = request.with_cards(place)
    del without["spec"]["priorityClassName"]
    refused = {"no priority": without}
    if place.foreign_priority:
        foreign = request.with_cards(place, priorityClassName=place.foreign_priority)
        refused["a priority of others"] = foreign
    return (
        *(
            Example(title=title, manifest=manifest, allowed=False)
            for title, manifest in refused.items()
        ),
        Example(title="a priority of the tenant", manifest=request.with_cards(place), allowed=True),
    )


POLICY = Policy(
    name="gpu-pod-without-priority",
    title="pods with cards and without a priority of their tenant",
    why="When cards run short, priority decides who waits; a pod that says none waits behind all,"
    " and one that says too much pushes services aside.",
    fix="set `priorityClassName` to one of the tenant's priorities",
    severity="medium",
    modes=frozenset({"none", "hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.POD,
        "allowed": f"namespaceObject.metadata.?annotations[?'{PRIORITIES}'].orValue('').split(',')",
        "priority": "variables.pod.spec.?priorityClassName.orValue('')",
    },
    validations=(
        Validation(
            expression="variables.priority in variables.allowed",
            message="(variables.priority == '' ? 'asks for cards without a priority'"
            " : 'asks for cards with priority ' + variables.priority)"
            " + '; set priorityClassName to one of: ' + variables.allowed.join(', ')",
        ),
    ),
    examples=_examples,
    fields=(("priorityClassName",),),
)
