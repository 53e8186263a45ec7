"""What of a pod can an admission policy see? Pods that are alike in it get one verdict.

Of five thousand manifests most are made from one template: names, images and the
values of most variables differ, and no policy reads those. A policy names each
field of a pod, of a container and of its resources that it reads, and cannot walk
over the others: a field whose name stands in none of the texts decides nothing.
Maps that a policy may walk over (limits, claims) are kept whole. Variables of a
container are compared with names in quotes: those of other names are left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from environments.admission import POLICIES
from environments.admission.policy import Policy
from policies.objects import Manifest
from policies.pods import PodTemplate

_WORD = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r"'([^']*)'")
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")


def of(template: PodTemplate, manifest: Manifest) -> bytes | None:
    """All that decides about the pod, as a key; None where it has a shape of its own."""
    fields, _ = read()
    # The containers of KServe stand elsewhere, and a policy that reads labels sees them all.
    if "metadata" in fields or "model" in template.spec:
        return None
    spec = {key: value for key, value in template.spec.items() if key in fields}
    for key in _CONTAINERS:
        if type(found := spec.get(key)) is list:
            spec[key] = [_container(one) for one in found]
    if manifest.live:
        # Who wrote `nodeName` of a pod that runs depends on its kind.
        spec[""] = manifest.kind
    try:
        return msgspec.msgpack.encode(spec)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def decides(policy: Policy) -> bool:
    """Whether what is kept of a pod is all that the policy looks at."""
    return not any(re.search(r"\bnamespaceObject\b", text) for text in _texts(policy))


def _container(container: Any) -> Any:
    if type(container) is not dict:
        return container
    fields, names = read()
    kept = {key: value for key, value in container.items() if key in fields}
    if type(resources := kept.get("resources")) is dict:
        kept["resources"] = {key: value for key, value in resources.items() if key in fields}
    if type(variables := kept.get("env")) is list:
        kept["env"] = [one for one in variables if not _passed_over(one, names)]
    return kept


def _passed_over(variable: Any, names: frozenset[str]) -> bool:
    """Whether it is a variable that no policy knows. What is none breaks a policy: it is kept."""
    if type(variable) is not dict:
        return False
    name = variable.get("name")
    return type(name) is str and name not in names


@cache
def read() -> tuple[frozenset[str], frozenset[str]]:
    """The fields that policies read, and the texts in quotes that they compare with."""
    texts = [text for policy in POLICIES if decides(policy) for text in _texts(policy)]
    fields = {word for text in texts for word in _WORD.findall(text)}
    quoted = {word for text in texts for word in _QUOTED.findall(text)}
    return frozenset(fields), frozenset(quoted)


def _texts(policy: Policy) -> list[str]:
    """What decides; messages are made for refused pods only."""
    conditions, variables = policy.conditions.values(), policy.variables.values()
    return [*conditions, *variables, *(found.expression for found in policy.validations)]
