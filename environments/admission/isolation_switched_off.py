"""Containers that take cards, or all of a card, by an environment variable.

The container runtime gives the cards that `NVIDIA_VISIBLE_DEVICES` names to any
container that runs in it, asked for or not; HAMi's library limits nothing where
`CUDA_DISABLE_CONTROL` is true. HAMi's own `none` for containers without cards
must pass, and so must `void`, which hides them too.
"""

from __future__ import annotations

from typing import Any

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation

_VISIBLE = "NVIDIA_VISIBLE_DEVICES"
_UNCONTROLLED = "CUDA_DISABLE_CONTROL"

_SETS = (
    f"e.name == '{_VISIBLE}' && !(e.?value.orValue('from elsewhere') in ['none', 'void'])"
    f" || e.name == '{_UNCONTROLLED}' && e.?value.orValue('from elsewhere') != 'false'"
)


def _examples(place: Place) -> tuple[Example, ...]:
    return (
        Example(title="all cards", manifest=_with(place, _VISIBLE, "all"), allowed=False),
        Example(title="no limits", manifest=_with(place, _UNCONTROLLED, "true"), allowed=False),
        Example(title="no cards", manifest=_with(place, _VISIBLE, "none"), allowed=True),
    )


def _with(place: Place, name: str, value: str) -> dict[str, Any]:
    found = request.pod(place, {})
    found["spec"]["containers"][0]["env"] = [{"name": name, "value": value}]
    return found


POLICY = Policy(
    name="isolation-switched-off",
    title="containers that reach for cards past their requests",
    why="A card taken by an environment variable is counted by nobody, and its owner's process"
    " dies of somebody else's memory.",
    fix="leave the variable out and ask for cards in `resources.limits`",
    severity="high",
    modes=frozenset({"none", "hami", "dra"}),
    conditions={"changes-spec": request.CHANGES_SPEC},
    variables={
        **request.CONTAINERS,
        "reaching": "variables.containers.map(c,"
        f" c.?env.orValue([]).filter(e, {_SETS}).map(e, e.name)).filter(names, size(names) > 0)",
    },
    validations=(
        Validation(
            expression="size(variables.reaching) == 0",
            message="'sets ' + variables.reaching[0].join(', ')"
            " + ', which takes cards past the scheduler; leave it out and ask for cards in limits'",
        ),
    ),
    examples=_examples,
    fields=(("env",),),
)
