"""Slices that HAMi would misread: wrong units, impossible amounts, unknown keys.

HAMi counts plain MiB per card. It takes `16Gi` for 17,179,869,184 of them and
binds such a pod without any card (measured); it takes 0 MiB for all of a card.
The API server turns `2000` into `2k`, so decimal units cannot be told from plain
numbers; a wrong one is far above any card.
"""

from __future__ import annotations

from environments.admission import request
from environments.admission.place import Place
from environments.admission.policy import Example, Policy, Validation
from environments.keys import CORES, GPU, HAMI_RESOURCES, MEMORY, PERCENTAGE


def _outside(key: str, least: int, most: str) -> str:
    """The amounts of the key, of all containers, that are no whole numbers between the two."""
    text = f"string(c.resources.limits['{key}'])"
    return (
        f"variables.asking.filter(c, '{key}' in c.resources.limits).map(c, {text})"
        f".filter(q, q.endsWith('i') || !quantity(q).isInteger()"
        f" || quantity(q).asInteger() < {least} || quantity(q).asInteger() > {most})"
    )


def _examples(place: Place) -> tuple[Example, ...]:
    refused = {
        "memory as 16Gi": {GPU: "1", MEMORY: "16Gi", CORES: "10"},
        "memory in bytes": {GPU: "1", MEMORY: "2147483648"},
        "more memory than the largest card has": {
            GPU: "1",
            MEMORY: str(place.largest_card_mib + 1),
        },
        "no memory": {GPU: "1", MEMORY: "0"},
        "101 % of a card's memory": {GPU: "1", PERCENTAGE: "101"},
        "101 % of a card's cores": {GPU: "1", MEMORY: "2048", CORES: "101"},
        "cores without memory": {GPU: "1", CORES: "30"},
        "no card": {GPU: "0", MEMORY: "2048"},
        "a key that does not exist": {MEMORY: "2048", "nvidia.com/gpumemory": "2048"},
    }
    allowed = {
        "memory and cores": {GPU: "1", MEMORY: "2048", CORES: "10"},
        "memory alone": {MEMORY: "2000"},
        "all of the largest card": {GPU: "1", MEMORY: str(place.largest_card_mib)},
        "a share of a card": {GPU: "1", PERCENTAGE: "50"},
    }
    if place.cluster.sharing != "none" and place.cluster.sharing.whole_cards:
        # As HAMi's webhook leaves a whole card.
        allowed["a card with all its cores"] = {GPU: "1", CORES: "100"}
    return tuple(
        Example(title=title, manifest=request.pod(place, limits), allowed=limits in group)
        for group in (list(allowed.values()),)
        for title, limits in {**refused, **allowed}.items()
    )


POLICY = Policy(
    name="gpu-memory-in-wrong-unit",
    title="slices in wrong units or impossible amounts",
    why="HAMi counts MiB and hundredths of cores; what it cannot read it binds without a card,"
    " waits for without end, or takes for a whole card.",
    fix="write plain numbers: `nvidia.com/gpumem` in MiB per card (16 GiB is 16384),"
    " `nvidia.com/gpucores` in hundredths of a card",
    severity="high",
    modes=frozenset({"hami", "dra"}),
    conditions=request.FOR_CARDS,
    variables={
        **request.ASKING,
        "unknownKeys": "variables.asking.map(c, c.resources.limits.filter(k,"
        f" k.startsWith('nvidia.com/') && !(k in {list(HAMI_RESOURCES)})))"
        ".filter(keys, size(keys) > 0)",
        "wrongCards": _outside(GPU, 1, "64"),
        "wrongMemory": _outside(MEMORY, 1, "variables.largestCard"),
        "wrongPercentage": _outside(PERCENTAGE, 1, "100"),
        "wrongCores": _outside(CORES, 0, "100"),
        "coresAlone": f"variables.asking.filter(c, '{CORES}' in c.resources.limits"
        f" && string(c.resources.limits['{CORES}']) != '100'"
        f" && !('{MEMORY}' in c.resources.limits) && !('{PERCENTAGE}' in c.resources.limits))"
        ".map(c, c.name)",
    },
    validations=(
        Validation(
            expression="size(variables.unknownKeys) == 0",
            message="'asks for ' + variables.unknownKeys[0].join(', ') + ', which nobody here hands"
            f" out; the keys are {', '.join(HAMI_RESOURCES)}'",
        ),
        Validation(
            expression="size(variables.wrongCards) == 0",
            message=f"'asks for {GPU}: ' + variables.wrongCards[0]"
            " + '; write the number of cards, 1 or more'",
        ),
        Validation(
            expression="size(variables.wrongMemory) == 0",
            message=f"'asks for {MEMORY}: ' + variables.wrongMemory[0]"
            " + '; write a plain number of MiB per card, 1 to ' + string(variables.largestCard)"
            " + ', the largest card of ' + variables.cluster + ': 16 GiB is 16384'",
        ),
        Validation(
            expression="size(variables.wrongPercentage) == 0",
            message=f"'asks for {PERCENTAGE}: ' + variables.wrongPercentage[0]"
            " + '; write 1 to 100'",
        ),
        Validation(
            expression="size(variables.wrongCores) == 0",
            message=f"'asks for {CORES}: ' + variables.wrongCores[0]"
            " + '; write hundredths of one card, 0 to 100, and more cards for more'",
        ),
        Validation(
            expression="size(variables.coresAlone) == 0",
            message="'container ' + variables.coresAlone[0] + ' asks for a part of the cores and"
            f" all of the memory; add {MEMORY} (MiB), or leave {CORES} out'",
        ),
    ),
    examples=_examples,
    fields=(("resources", "limits"),),
)
