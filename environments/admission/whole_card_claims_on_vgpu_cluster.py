"""Whole cards above the cluster's limit, asked for by a claim (mode `dra`).

HAMi's webhook has turned a pod's keys into a claim before any policy sees the
pod, and users write claims and templates themselves: there the limit is held.
"""

from __future__ import annotations

from typing import Any

from environments.admission.place import Place, whole_cards
from environments.admission.policy import Example, Policy, Resources, Validation
from environments.keys import DEVICE_CLASS, EXCLUSIVE

_CLAIMS: Resources = (
    {
        "apiGroups": ["resource.k8s.io"],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["resourceclaims", "resourceclaimtemplates"],
    },
)

_WHOLE = f"r.deviceClassName == '{DEVICE_CLASS}' && !has(r.capacity.requests.memory)"


def _examples(place: Place) -> tuple[Example, ...]:
    most = whole_cards(place.cluster)
    whole = {"cores": str(EXCLUSIVE)}
    several = _template(place, count=most + 1, capacity=whole)
    everything = _template(place, count=None, capacity=whole)
    slices = _template(place, count=2, capacity={"memory": "1Gi", "cores": "10"})
    return (
        Example(title=f"{most + 1} whole cards", manifest=several, allowed=False),
        Example(title="all cards of a node", manifest=everything, allowed=False),
        Example(title="slices of two cards", manifest=slices, allowed=True),
    )


def _template(place: Place, *, count: int | None, capacity: dict[str, str]) -> dict[str, Any]:
    amount = {"allocationMode": "All"} if count is None else {"count": count}
    exactly = {"deviceClassName": DEVICE_CLASS, **amount, "capacity": {"requests": capacity}}
    return {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": {"name": "proof", "namespace": place.tenant},
        "spec": {"spec": {"devices": {"requests": [{"name": "vgpu", "exactly": exactly}]}}},
    }


POLICY = Policy(
    name="whole-card-claims-on-vgpu-cluster",
    title="claims of more whole cards than a vGPU cluster gives a pod",
    why="A whole card on a vGPU cluster is taken from all the services that share cards there,"
    " and a training run of several never finds them free.",
    fix="request the capacity `memory` of each card, or run on a GPU cluster",
    severity="high",
    modes=frozenset({"dra"}),
    conditions={},
    variables={
        "claim": "has(dyn(object).spec.spec) ? dyn(object).spec.spec : dyn(object).spec",
        "requests": "variables.claim.?devices.?requests.orValue([])",
        # Of alternatives, the one that asks for most counts.
        "whole": "variables.requests.map(r, has(r.exactly) ? [r.exactly] : r.firstAvailable)"
        f".map(ways, (ways.filter(r, {_WHOLE}).map(r,"
        " r.?allocationMode.orValue('') == 'All' ? 64 : int(r.?count.orValue(1))) + [0]).max())",
        "asked": "variables.whole.sum()",
    },
    validations=(
        Validation(
            expression="variables.asked <= variables.wholeCards",
            message="'claims whole cards; ' + variables.cluster"
            " + ' cuts cards and gives a pod ' + string(variables.wholeCards)"
            " + ' whole at most; request capacity memory of each, or run on '"
            " + variables.elsewhere",
        ),
    ),
    examples=_examples,
    resources=_CLAIMS,
    fields=(("spec", "spec", "devices"), ("spec", "devices")),
)
