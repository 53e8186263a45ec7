"""Slices of cards, asked of a cluster that hands out whole ones."""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation
from environments.keys import CORES, GPU, MEMORY, PERCENTAGE

_SLICED = (MEMORY, PERCENTAGE, CORES)


def _examples(place: Place) -> tuple[Example, ...]:
    by_memory = request.pod(place, {GPU: "1", MEMORY: "2048", CORES: "10"})
    by_cores = request.pod(place, {GPU: "1", CORES: "50"})
    return (
        Example(title="a slice by memory", manifest=by_memory, allowed=False),
        Example(title="a slice by cores", manifest=by_cores, allowed=False),
        Example(title="a whole card", manifest=request.with_cards(place), allowed=True),
    )


POLICY = Policy(
    name="slice-on-gpu-cluster",
    title="slices of cards on a GPU cluster",
    why="Nothing there cuts cards: the pod would wait for ever for a resource that no node has.",
    fix="ask for `nvidia.com/gpu` alone, or run the pod on a vGPU cluster",
    severity="high",
    modes=frozenset({"none"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.ASKING,
        "sliced": f"{list(_SLICED)}.filter(k, variables.asking.exists(c, k in c.resources.limits))",
    },
    validations=(
        Validation(
            expression="size(variables.sliced) == 0",
            message="'asks for ' + variables.sliced.join(', ') + '; ' + variables.cluster"
            f" + ' hands out whole cards only; ask for {GPU} alone, or run on '"
            " + variables.elsewhere",
        ),
    ),
    examples=_examples,
    fields=(("resources", "limits"),),
)
