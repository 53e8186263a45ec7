"""Rendered HAMi extender held at half a pod a second

Why: its client may send 5 requests a second unless `--kube-qps` says otherwise: 0.6 pods a second
    on a fleet of any size, and half an hour until 1,000 nodes are back after a restart (measured).
Fix: add `--kube-qps=200` and `--kube-burst=400` (in the chart `scheduler.extender.extraArgs`)

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: hami-scheduler}
    spec:
      template:
        spec:
          containers:
            - {name: vgpu-scheduler-extender, command: [scheduler, --http_bind=0.0.0.0:443, -v=4]}
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: hami-scheduler}
    spec:
      template:
        spec:
          containers:
            - {name: vgpu-scheduler-extender, command: [scheduler, --kube-qps=200, -v=2]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

NAME = "vgpu-scheduler-extender"
LEAST = 50
"""Requests a second: about five pods."""
_RATE = re.compile(r"(?:^|\s)--?kube-qps[=\s]+(\S+)")


@rule(Severity.MEDIUM, judges=Manifest, types=("Deployment",))
def check(scheduler: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """The extender's container without a higher limit."""
    for pod in scheduler.pods():
        for path, container in pod.containers():
            if values.text(container, "name") != NAME:
                continue
            words = [*values.sequence(container, "command"), *values.sequence(container, "args")]
            given = _RATE.findall(" ".join(str(word) for word in words))
            rate = values.number(given[-1]) if given else 5.0
            if rate is not None and rate < LEAST:
                said = (
                    f"the extender may send {rate:g} requests a second: about a tenth as many pods"
                )
                yield Fault(said, path)
