"""Service that is stopped before its new version starts

Why: the strategy `Recreate`, and a rolling update that may take all pods away at once, leave nobody
    to answer while the new pods load their models: minutes for a language model.
Fix: use RollingUpdate with `maxUnavailable` below the number of replicas; where no card is free for
    one pod more, `maxSurge: 0, maxUnavailable: 1` needs none

Bad (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank}
    spec:
      replicas: 4
      strategy: {type: Recreate}
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
Good (manifest):
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpumem: 2048}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values, workloads
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

ROLLING = ("spec", "strategy", "rollingUpdate", "maxUnavailable")


@rule(Severity.MEDIUM, judges=Manifest, types=("Deployment",))
def check(service: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Replicas that go all at once."""
    replicas = workloads.replicas(service)
    # With one replica there is a gap anyway, or a card must be free for a second.
    if replicas < 2 or not any(gpus.asks(pod) for pod in service.pods()):
        return
    if values.text(service.body, "spec", "strategy", "type") == "Recreate":
        said = f"all {replicas} pods are stopped before a new one starts"
        yield Fault(said, ("spec", "strategy", "type"))
        return
    gone = workloads.pods_of(values.get(service.body, *ROLLING), replicas, up=False)
    if gone is not None and gone >= replicas:
        yield Fault(f"all {replicas} pods may be taken away at once", ROLLING)
