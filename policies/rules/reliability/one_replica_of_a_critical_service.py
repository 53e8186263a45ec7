"""Service of the highest priority with a single pod

Why: the service that gets cards first is gone for as long as its one pod moves, with each drained
    node and each update.
Fix: set `replicas` to 2 or more

Bad (environment):
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 1, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
Good (environment):
    services:
      rank:
        {tenant: search, cluster: infer, replicas: 2, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.demand import Service
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Workload


@rule(Severity.MEDIUM, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """One pod, of the priority with the highest value."""
    service, priorities = workload.workload, workload.environment.priorities
    if not isinstance(service, Service) or service.replicas > 1 or service.experiment:
        return
    if priorities[service.priority].value == max(one.value for one in priorities.values()):
        yield Fault(f"one pod, of the highest priority, {service.priority}", ("replicas",))
