"""Pods with cards that name their node themselves, on a cluster that cuts cards."""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation


def _examples(place: Place) -> tuple[Example, ...]:
    pinned = request.with_cards(place, nodeName="some-node")
    selected = request.with_cards(place, nodeSelector={"kubernetes.io/hostname": "some-node"})
    return (
        Example(title="a node by name", manifest=pinned, allowed=False),
        Example(title="a node by label", manifest=selected, allowed=True),
    )


POLICY = Policy(
    name="gpu-pod-past-scheduler",
    title="pods with cards that name their node",
    why="The scheduler chooses the card as well as the node; past it, a slice has no card.",
    fix="select nodes by label (`nodeSelector`) instead of naming one",
    severity="high",
    modes=frozenset({"hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables=request.POD,
    validations=(
        Validation(
            expression="variables.pod.spec.?nodeName.orValue('') == ''",
            message="'asks for cards and names node ' + variables.pod.spec.nodeName"
            " + ', past the scheduler that cuts them; select nodes by label instead'",
        ),
    ),
    examples=_examples,
    fields=(("nodeName",),),
)
