"""Experiment with nothing to compare with

Why: an A/B test with one arm compares with nothing and splits no traffic; the other arm is missing,
    or its experiment is spelled otherwise.
Fix: add the other arm under the same name, or take `experiment` out

Bad (environment):
    services:
      rank-a:
        {tenant: search, cluster: infer, replicas: 2, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4, experiment: {name: rank, arm: a}}
Good (environment):
    services:
      rank-a:
        {tenant: search, cluster: infer, replicas: 2, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4, experiment: {name: rank, arm: a}}
      rank-b:
        {tenant: search, cluster: infer, replicas: 2, gpu: {memory: 2Gi, cores: 10},
         priority: serving, busy: 0.4, experiment: {name: rank, arm: b}}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.demand import Service
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Workload


@rule(Severity.LOW, judges=Workload)
def check(workload: Workload, fleet: Fleet) -> Iterator[Fault]:
    """No other service has the experiment."""
    service = workload.workload
    if not isinstance(service, Service) or service.experiment is None or fleet.demand is None:
        return
    name = service.experiment.name
    experiments = [one.experiment for one in fleet.demand.services.values() if one.experiment]
    arms = [one for one in experiments if one.name == name]
    if len(arms) == 1:
        said = f"experiment {name} has the one arm {service.experiment.arm}"
        yield Fault(said, ("experiment",))
