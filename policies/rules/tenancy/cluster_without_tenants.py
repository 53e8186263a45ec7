"""Cluster that nobody may use

Why: only tenants have namespaces in a cluster; one without any is paid for and runs nothing.
Fix: give a tenant a share of it

Bad (environment):
    tenants:
      foundation: null
Good (environment):
    tenants:
      foundation:
        clusters: {train: {quota: {cards: 16}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """No tenant has a share of it."""
    if not cluster.environment.tenants_of(cluster.name):
        yield Fault("no tenant has a share of this cluster", at_key=True)
