"""Whole cards above the cluster's limit, asked for by a claim (mode `dra`).

HAMi's webhook has turned a pod's keys into a claim before any policy sees the
pod, and users write claims and templates themselves: there the limit is held.
"""

from __future__ import annotations

from typing import Any

from components.addons.admission.place import Place
from components.addons.admission.policy import Example, Policy, Resources, Validation
from components.addons.claim_templates import template
from components.addons.slices import DEVICE_CLASS, EXCLUSIVE, Profile, whole_cards

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
    several = _template(place, Profile(cards=most + 1, memory_mib=None, cores=EXCLUSIVE))
    everything = _template(place, Profile(cards=1, memory_mib=None, cores=EXCLUSIVE))
    exactly = everything["spec"]["spec"]["devices"]["requests"][0]["exactly"]
    exactly["allocationMode"] = "All"
    del exactly["count"]
    slices = _template(place, Profile(cards=2, memory_mib=1024, cores=10))
    return (
        Example(title=f"{most + 1} whole cards", manifest=several, allowed=False),
        Example(title="all cards of a node", manifest=everything, allowed=False),
        Example(title="slices of two cards", manifest=slices, allowed=True),
    )


def _template(place: Place, profile: Profile) -> dict[str, Any]:
    found = dict(template(place.tenant, profile))
    found["metadata"] = {"name": "proof", "namespace": place.tenant}
    return found


POLICY = Policy(
    name="whole-card-claims-on-vgpu-cluster",
    title="claims of more whole cards than a vGPU cluster gives a pod",
    why="A whole card on a vGPU cluster is taken from all the services that share cards there,"
    " and a training run of several never finds them free.",
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
)
