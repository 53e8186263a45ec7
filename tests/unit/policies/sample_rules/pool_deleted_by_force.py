"""Pool deleted by force

Why: running pods are killed when the pool is deleted.
Fix: set `force_delete` to false.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"force_delete": true}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"force_delete": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource


@rule(Severity.CRITICAL, judges=Resource, types=("alicloud_cs_kubernetes_node_pool",))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The switch is anything but off."""
    switch = pool.get("force_delete")
    if switch is values.UNKNOWN:
        yield Fault("force_delete is known after apply only", ("force_delete",), "unknown")
    elif not values.is_false(switch):
        yield Fault("force_delete is not false", ("force_delete",))
