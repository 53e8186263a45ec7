"""Service that gets requests before its model is loaded

Why: without a readiness probe a pod counts as ready when its process starts; a model takes minutes
    to load, and each update and each new node sends users into errors for that long.
Fix: add a `readinessProbe` that asks for the model (`/health` of vLLM, `/v2/health/ready` of
    Triton)

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: llm}
    spec:
      template:
        spec:
          containers:
            - name: main
              ports: [{containerPort: 8000}]
              resources: {limits: {nvidia.com/gpu: 1}}
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: llm}
    spec:
      template:
        spec:
          containers:
            - name: main
              ports: [{containerPort: 8000}]
              readinessProbe: {httpGet: {path: /health, port: 8000}}
              resources: {limits: {nvidia.com/gpu: 1}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.MEDIUM, judges=Manifest, types=("Deployment", "StatefulSet"))
def check(service: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A container with cards and a port, and no probe in the whole pod."""
    for pod in service.pods():
        if any("readinessProbe" in one or "startupProbe" in one for _, one in pod.containers()):
            continue
        for path, container in gpus.asking(pod):
            if values.sequence(container, "ports") and path[-2] == "containers":
                yield Fault("ready as soon as its process starts", path)
