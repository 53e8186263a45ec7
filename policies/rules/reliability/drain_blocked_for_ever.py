"""Disruption budget that lets no pod go

Why: a drain, and with it every upgrade of nodes and every repair of a bad card, waits for a budget
    that never allows one pod to move.
Fix: set `maxUnavailable: 1`, or `minAvailable` below the number of replicas

Bad (manifest):
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: rank}
    spec: {maxUnavailable: 0, selector: {matchLabels: {app: rank}}}
Good (manifest):
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: rank}
    spec: {maxUnavailable: 1, selector: {matchLabels: {app: rank}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values, workloads
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=("PodDisruptionBudget",))
def check(budget: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """Nothing may be unavailable, or all must be available."""
    spec = values.mapping(budget.body, "spec")
    if workloads.share(spec.get("maxUnavailable")) == 0:
        yield Fault("no pod may ever be unavailable", ("spec", "maxUnavailable"))
    least = spec.get("minAvailable")
    if least is None:
        return
    path = ("spec", "minAvailable")
    if isinstance(least, str) and least.strip() == "100%":
        yield Fault("all pods must be available at all times", path)
        return
    for workload in workloads.selected(budget, fleet):
        replicas = workloads.replicas(workload)
        stay = workloads.pods_of(least, replicas, up=True)
        if replicas and stay is not None and stay >= replicas:
            said = f"{stay} of the {replicas} pods of {workload.kind} {workload.name} must stay"
            yield Fault(said, path, detail=workload.address)
