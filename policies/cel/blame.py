"""Whom does a refusal blame? A policy refuses a pod, and a person edits one line of it.

The policy is asked again about less: without one field of the pod, or with one
container only. What refuses no longer without the field is the field's fault; what
a container is refused for on its own is the container's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies import values
from policies.cel import requests
from policies.cel.policy import Policy, Refusal
from policies.finding import Path
from policies.pods import PodTemplate
from policies.rule import Fault

Fields = tuple[tuple[str, ...], ...]
"""Where an author would look: inside a container, or else inside the pod's spec."""


def faults(
    policy: Policy,
    request: dict[str, Any],
    template: PodTemplate,
    refusals: list[Refusal],
    fields: Fields,
) -> Iterator[Fault]:
    """Each refusal at the field or the container that is to blame, or else at the pod."""
    pod, left = request["object"], {found.validation: found for found in refusals}
    for field in fields:
        for refusal in _of_field(policy, request, list(left.values()), field):
            del left[refusal.validation]
            yield fault(refusal, (*template.spec_path, *field))
    told: set[int] = set()
    for key, at, path in requests.containers(pod, template.spec_path) if left else ():
        single = {**request, "object": requests.alone(pod, key, at)}
        for refusal in policy.refusals(single):
            if refusal.validation in left and not refusal.broken:
                told.add(refusal.validation)
                yield fault(refusal, where(pod["spec"][key][at], path, fields))
    whole = where(pod["spec"], template.spec_path, fields)
    yield from (fault(found, whole) for at, found in left.items() if at not in told)


def _of_field(
    policy: Policy, request: dict[str, Any], refusals: list[Refusal], field: tuple[str, ...]
) -> list[Refusal]:
    """The refusals that are about a field of the pod itself."""
    pod = request["object"]
    if not refusals or not values.get(pod["spec"], *field):
        return []
    if len(policy.validations) == 1:
        return refusals
    spec = {key: value for key, value in pod["spec"].items() if key != field[0]}
    still = policy.refusals({**request, "object": {**pod, "spec": spec}})
    return [one for one in refusals if one.validation not in {found.validation for found in still}]


def where(body: Mapping[str, Any], path: Path, fields: Fields) -> Path:
    """The first of the fields that the body has, or the body itself."""
    for field in fields:
        if values.get(body, *field) is not values.ABSENT:
            return (*path, *field)
    return path


def fault(refusal: Refusal, path: Path) -> Fault:
    """A refusal as a fault: what is wrong, then what to do."""
    detail = f"validation-{refusal.validation}"
    if refusal.broken:
        message = f"cannot be judged: {refusal.message}"
        return Fault(message, path=path, outcome="unknown", detail=detail)
    wrong, _, instead = refusal.message.partition("; ")
    return Fault(wrong, path=path, detail=detail, fix=instead)
