"""Pods that are killed before they have answered

Why: with no time to stop, and with a `preStop` that takes all of it, the process is killed in the
    middle of its requests; a long answer of a language model takes a minute.
Fix: set `terminationGracePeriodSeconds` above the time of `preStop` and of the longest request

Bad (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: llm}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: Pod
    metadata: {name: llm}
    spec:
      terminationGracePeriodSeconds: 120
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies import gpus, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

DEFAULT = 30
_SLEEP = re.compile(r"(?:^|[\s;&|'\"])sleep\s+(\d{1,6})\b")


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """No time, or none left after `preStop`."""
    for pod in manifest.pods():
        if not gpus.asks(pod):
            continue
        seconds = values.number(pod.spec, "terminationGracePeriodSeconds")
        if seconds == 0:
            path = (*pod.spec_path, "terminationGracePeriodSeconds")
            yield Fault("pods are killed without time to stop", path)
            continue
        grace = DEFAULT if seconds is None else seconds
        for path, container in pod.containers(also_init=False):
            slept = _slept(values.mapping(container, "lifecycle", "preStop"))
            if slept >= grace:
                said = f"preStop takes {slept:g} s of the {grace:g} s that there are"
                yield Fault(said, (*path, "lifecycle", "preStop"))


def _slept(hook: Mapping[str, Any]) -> float:
    command = " ".join(str(word) for word in values.sequence(hook, "exec", "command"))
    seconds = [float(found) for found in _SLEEP.findall(command)]
    return sum(seconds) + (values.number(hook, "sleep", "seconds") or 0)
