"""Update that needs cards nobody may give it

Why: with `maxUnavailable: 0` the new pod must start before an old one goes. Where the quota of the
    namespace is used up by the replicas themselves, it never starts, and the update hangs.
Fix: set `maxSurge: 0, maxUnavailable: 1`, or leave room for one pod more in the quota

Bad (manifest):
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: gpu, namespace: search}
    spec: {hard: {requests.nvidia.com/gpu: 4}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank, namespace: search}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
Good (manifest):
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: gpu, namespace: search}
    spec: {hard: {requests.nvidia.com/gpu: 4}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: rank, namespace: search}
    spec:
      replicas: 4
      strategy: {rollingUpdate: {maxUnavailable: 1, maxSurge: 0}}
      template:
        spec:
          containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import gpus, values, workloads
from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

ROLLING = ("spec", "strategy", "rollingUpdate")
HARD = "requests.nvidia.com/gpu"


@rule(Severity.HIGH, judges=Manifest, types=("Deployment",))
def check(service: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Nothing may go, and nothing may come."""
    replicas = workloads.replicas(service)
    cards = sum(gpus.cards(pod) for pod in service.pods())
    recreated = values.text(service.body, "spec", "strategy", "type") == "Recreate"
    if not replicas or not cards or recreated:
        return
    rolling = values.mapping(service.body, *ROLLING)
    gone = workloads.pods_of(rolling.get("maxUnavailable", "25%"), replicas, up=False)
    more = workloads.pods_of(rolling.get("maxSurge", "25%"), replicas, up=True)
    if gone != 0:
        return
    if more == 0:
        # Shares that round to none are taken for one; two plain zeros are not.
        if workloads.share(rolling.get("maxUnavailable")) == 0:
            yield Fault("no pod may go and none may come: the API server refuses this", ROLLING)
        return
    for quota in workloads.quotas(service, fleet):
        hard = gpus.amount(values.get(quota.body, "spec", "hard", HARD))
        if hard is not None and replicas * cards <= hard < (replicas + 1) * cards:
            related = Related(message="the quota", place=quota.place(("spec", "hard", HARD)))
            said = f"{replicas} pods hold {replicas * cards} of {hard} cards: no room for one more"
            yield Fault(said, ROLLING, detail=quota.name, related=(related,))
