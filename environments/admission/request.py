"""How a pod asks for cards, in CEL that every API server since 1.30 reads.

Policies see a pod after everything that changes pods: in production HAMi's
webhook has added `nvidia.com/gpu: 1` to a slice and `gpucores: 100` to a whole
card; on a twin well-formed requests are claims by then. What a policy would
refuse is left untranslated (`translation`), so the keys a user wrote are there
to be judged, and a claim only ever means: this pod has cards.

Init containers count. Ephemeral ones cannot ask for anything.
"""

from __future__ import annotations

from typing import Any

from environments.admission.place import Place
from environments.keys import CORES, GPU, MEMORY, TENANT

IMAGE = "registry.k8s.io/pause:3.10"
"""Stands for the workload's own image: it runs, holds its cards, and does nothing."""

_TEMPLATE = (
    "(has(dyn(object).spec.jobTemplate) ? dyn(object).spec.jobTemplate.spec.template"
    " : has(dyn(object).spec.template) ? dyn(object).spec.template : dyn(object))"
)

CHANGES_SPEC = "request.operation == 'CREATE' || object.spec != oldObject.spec"
"""Controllers that only note something on an object are let through."""

ASKS_FOR_CARDS = (
    f"size({_TEMPLATE}.spec.?resourceClaims.orValue([])) > 0"
    f" || ({_TEMPLATE}.spec.containers + {_TEMPLATE}.spec.?initContainers.orValue([]))"
    ".exists(c, c.?resources.?limits.orValue({}).exists(k, k.startsWith('nvidia.com/')))"
)

FOR_CARDS = {"changes-spec": CHANGES_SPEC, "asks-for-cards": ASKS_FOR_CARDS}
"""The conditions of policies about pods with cards. Conditions know no variables."""

POD = {"pod": _TEMPLATE}
CONTAINERS = {
    **POD,
    "containers": "variables.pod.spec.containers + variables.pod.spec.?initContainers.orValue([])",
}
ASKING = {
    **CONTAINERS,
    "asking": "variables.containers.filter(c,"
    " c.?resources.?limits.orValue({}).exists(k, k.startsWith('nvidia.com/')))",
}
"""Variables, each on top of the one before: the pod or a template's, its containers, and those
of them that ask for cards."""


def pod(place: Place, limits: dict[str, str], **spec: Any) -> dict[str, Any]:
    """A pod of the place's tenant that asks for this, and is fine otherwise."""
    container = {"name": "main", "image": IMAGE, "resources": {"limits": limits}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "proof",
            "namespace": place.tenant,
            "labels": {TENANT: place.tenant},
        },
        "spec": {
            "priorityClassName": place.priority,
            "containers": [container],
            **spec,
        },
    }


def with_cards(place: Place, **spec: Any) -> dict[str, Any]:
    """A pod that asks for what this kind of cluster is there to give."""
    if place.cluster.mode == "none":
        return pod(place, {GPU: "1"}, **spec)
    return pod(place, {GPU: "1", MEMORY: "1024", CORES: "5"}, **spec)
