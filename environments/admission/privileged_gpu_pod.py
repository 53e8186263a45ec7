"""Privileged pods with cards, where Pod Security had to be left open.

Elsewhere Pod Security refuses them before any policy is asked.
"""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place, open_to_rdma
from environments.admission.policy import Example, Policy, Validation


def _examples(place: Place) -> tuple[Example, ...]:
    privileged = request.with_cards(place)
    privileged["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    pinning = request.with_cards(place, hostNetwork=True)
    pinning["spec"]["containers"][0]["securityContext"] = {"capabilities": {"add": ["IPC_LOCK"]}}
    host = request.with_cards(place, hostPID=True)
    return (
        Example(title="a privileged container", manifest=privileged, allowed=False),
        Example(title="the host's processes", manifest=host, allowed=False),
        Example(title="RDMA: pinned memory, host network", manifest=pinning, allowed=True),
    )


POLICY = Policy(
    name="privileged-gpu-pod",
    title="privileged pods with cards",
    why="A privileged container sees all cards of its node, also those of others.",
    fix="add single capabilities instead of `privileged` (RDMA needs IPC_LOCK only), and"
    " leave `hostPID` out",
    severity="high",
    modes=frozenset({"none", "hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.CONTAINERS,
        "privileged": "variables.containers.filter(c,"
        " c.?securityContext.?privileged.orValue(false)).map(c, c.name)",
    },
    validations=(
        Validation(
            expression="size(variables.privileged) == 0",
            message="'container ' + variables.privileged[0] + ' asks for cards and is privileged;"
            " add single capabilities instead: RDMA needs IPC_LOCK only'",
        ),
        Validation(
            expression="!variables.pod.spec.?hostPID.orValue(false)",
            message="'asks for cards and for the processes of the host; leave hostPID out'",
        ),
    ),
    examples=_examples,
    guards=lambda place: open_to_rdma(place.cluster),
    fields=(("securityContext", "privileged"), ("hostPID",)),
)
