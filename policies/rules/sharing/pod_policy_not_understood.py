"""Annotation that HAMi reads otherwise than it looks

Why: HAMi takes only `true`, `1` and `t` for true (`yes` is false), words of policies only in small
    letters, and weights only as `slot=1,core=1,memory=1`; with malformed weights the pod is never
    scheduled (measured).
Fix: write the words that HAMi knows

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {nvidia.com/numa-bind: "yes"}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {nvidia.com/numa-bind: "true"}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

BOOLEANS = {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"}
WORDS = {
    "hami.io/node-scheduler-policy": hami.NODE_POLICIES,
    "hami.io/gpu-scheduler-policy": hami.CARD_POLICIES,
    "nvidia.com/vgpu-mode": ("hami-core", "mig"),
}
WEIGHTS = "hami.io/device-scoring-weights"
_WEIGHT = re.compile(r"(slot|core|memory)=(\d+(\.\d+)?)")


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A value that HAMi does not know."""
    for pod in manifest.pods():
        for key, value in pod.annotations.items():
            said = _misread(key, value if isinstance(value, str) else str(value).lower())
            if said:
                yield Fault(f"{key}: {said}", (*pod.path, "metadata", "annotations", key))


def _misread(key: str, value: str) -> str:
    if key == "nvidia.com/numa-bind" and value not in BOOLEANS:
        return f'"{value}" is read as false'
    if key == WEIGHTS and not _weights(value):
        return f'"{value}" keeps the pod from ever being scheduled'
    for word in value.split(",") if key in WORDS else ():
        if word not in WORDS[key]:
            return f'"{word}" is not known; it knows {", ".join(WORDS[key])}'
    return ""


def _weights(value: str) -> bool:
    found = [_WEIGHT.fullmatch(part.strip()) for part in value.split(",")]
    given = {match[1]: float(match[2]) for match in found if match}
    return len(found) == len(given) == 3 and any(given.values())
