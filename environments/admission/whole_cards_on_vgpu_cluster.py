"""Whole cards above the cluster's limit, asked of a cluster that cuts cards."""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place, whole_cards
from environments.admission.policy import Example, Policy, Validation
from environments.admission.request import IMAGE
from environments.keys import CORES, GPU, MEMORY, PERCENTAGE

# Of one container's limits `l`: all of each card's memory. A part of the cores and no word of
# memory is a mistake, and another policy's business.
_WHOLE = (
    f"('{GPU}' in l || '{PERCENTAGE}' in l) && !('{MEMORY}' in l)"
    f" && string(l[?'{PERCENTAGE}'].orValue('100')) == '100'"
    f" && ('{PERCENTAGE}' in l || string(l[?'{CORES}'].orValue('100')) == '100')"
    f" && quantity(string(l[?'{GPU}'].orValue('1'))).isInteger()"
)
_COUNT = f"quantity(string(l[?'{GPU}'].orValue('1'))).asInteger()"
_COUNTS = f".map(c, c.?resources.?limits.orValue({{}})).filter(l, {_WHOLE}).map(l, {_COUNT})"


def _examples(place: Place) -> tuple[Example, ...]:
    most = whole_cards(place.cluster)
    several = request.pod(place, {GPU: str(most + 1)})
    in_parts = request.pod(place, {GPU: str(most)}) if most else several
    one_more = {"name": "second", "image": IMAGE, "resources": {"limits": {GPU: "1"}}}
    in_parts["spec"]["containers"] = [*in_parts["spec"]["containers"], one_more]
    slices = request.pod(place, {GPU: "2", MEMORY: "1024", CORES: "10"})
    allowed = [request.pod(place, {GPU: str(most)})] if most else []
    return (
        Example(title=f"{most + 1} whole cards", manifest=several, allowed=False),
        Example(title="whole cards in two containers", manifest=in_parts, allowed=False),
        Example(title="slices of two cards", manifest=slices, allowed=True),
        *(Example(title=f"{most} whole", manifest=pod, allowed=True) for pod in allowed),
    )


POLICY = Policy(
    name="whole-cards-on-vgpu-cluster",
    title="more whole cards than a vGPU cluster gives a pod",
    why="A whole card on a vGPU cluster is taken from all the services that share cards there,"
    " and a training run of several never finds them free.",
    fix="ask for slices with `nvidia.com/gpumem` (MiB per card), or run the pod on a GPU cluster",
    severity="high",
    modes=frozenset({"hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.POD,
        "asked": f"[variables.pod.spec.containers{_COUNTS}.sum(),"
        # Init containers run one after the other.
        f" (variables.pod.spec.?initContainers.orValue([]){_COUNTS} + [0]).max()].max()",
    },
    validations=(
        Validation(
            expression="variables.asked <= variables.wholeCards",
            message="'asks for ' + string(variables.asked) + ' whole cards; ' + variables.cluster"
            " + ' cuts cards and gives a pod ' + string(variables.wholeCards)"
            f" + ' whole at most; ask for slices with {MEMORY} (MiB), or run on '"
            " + variables.elsewhere",
        ),
    ),
    examples=_examples,
    fields=(("resources", "limits"),),
)
