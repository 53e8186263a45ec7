"""Pods with cards that are tied to one node

Why: when that node is drained, upgraded or has a bad card, its pods wait for it alone, whatever
    else is free; with a node's name they are also past the scheduler.
Fix: select nodes by what they are (`nvidia.com/gpu.product`, a label of the pool)

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: llm}
    spec:
      template:
        spec:
          nodeSelector: {kubernetes.io/hostname: gpu-7}
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: llm}
    spec:
      template:
        spec:
          nodeSelector: {nvidia.com/gpu.product: NVIDIA-H20}
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

HOSTNAME = "kubernetes.io/hostname"


@rule(Severity.MEDIUM, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """A node's name, of a pod with whole cards; or its hostname, of any pod with cards."""
    if manifest.live and manifest.kind == "Pod":
        return  # A pod that runs has a node.
    for pod in manifest.pods():
        if not gpus.asks(pod):
            continue
        name = values.text(pod.spec, "nodeName")
        # A slice past its scheduler is the business of `gpu-pod-past-scheduler`.
        if name and not gpus.is_sliced(pod):
            yield Fault(f"runs on {name} or nowhere", (*pod.spec_path, "nodeName"))
        if host := values.text(pod.spec, "nodeSelector", HOSTNAME):
            path = (*pod.spec_path, "nodeSelector", HOSTNAME)
            yield Fault(f"runs on {host} or nowhere", path)
