"""Card type that other cards match too

Why: HAMi looks for the text anywhere in a card's name: `A10` also takes an A100, `H20` an H200
    (measured). The pod lands on the dearer card, or on one with other speed.
Fix: write so much of the name that no other card has it, or name the
    other in `nvidia.com/nouse-gputype`

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {nvidia.com/use-gputype: A10}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {nvidia.com/use-gputype: A100}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import cards
from policies import gpus, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

USE, AVOID = "nvidia.com/use-gputype", "nvidia.com/nouse-gputype"
ALSO = {
    "A10": ("A100", "A10G"),
    "A1": ("A10", "A16", "A100"),
    "A4": ("A40", "A4000"),
    "A2": ("A20", "A2000"),
    "H20": ("H200",),
    "H2": ("H20", "H200"),
    "H10": ("H100",),
    "L4": ("L40", "L40S"),
    "L40": ("L40S",),
    "B20": ("B200",),
    "T4": ("T400", "T4G"),
    "P4": ("P40",),
}
"""Names that stand inside the names of other cards."""


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A name that is a part of others, which are not left out."""
    there = _cards(manifest, fleet)
    for pod in manifest.pods():
        if not gpus.asks(pod):
            continue
        avoided = _words(pod.annotations.get(AVOID))
        for word in _words(pod.annotations.get(USE)):
            others = [name for name in _others(word, there) if not _avoided(name, avoided)]
            if others:
                said = f'use-gputype "{word}" also takes {", ".join(others)}'
                path = (*pod.path, "metadata", "annotations", USE)
                yield Fault(said, path, detail=word)


def _cards(manifest: Manifest, fleet: Fleet) -> list[str] | None:
    """The names of the cards in the manifest's cluster; None where nobody knows them."""
    cluster = whereabouts.cluster(manifest, fleet)
    if cluster is None:
        return None
    return [cards.table()[pool.card].hami_type.upper() for pool in cluster.pools.values()]


def _others(word: str, there: list[str] | None) -> list[str]:
    """Cards that the word means too: of the cluster, or of all that are made."""
    found = list(ALSO.get(word, ()))
    return found if there is None else [n for n in found if any(n in card for card in there)]


def _words(text: object) -> list[str]:
    return [word.strip().upper() for word in text.split(",")] if isinstance(text, str) else []


def _avoided(name: str, avoided: list[str]) -> bool:
    return any(word and word in name for word in avoided)
