"""TKE node pool without deletion protection

Why: TKE refuses to delete a protected pool, whoever asks; without it a renamed key or a
    removed block takes the machines of a whole pool.
Fix: set `deletion_protection = true`.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"deletion_protection": false}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"deletion_protection": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN, is_true


@rule(Severity.HIGH, judges=Resource, types=(fields.TKE, fields.TKE_NATIVE))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """The pool's switch is off or was left to its default, which is off."""
    path, value = fields.of(pool, fields.PROTECTION)
    if value is UNKNOWN:
        yield Fault("deletion_protection is known after an apply only", path, "unknown")
    elif not is_true(value):
        yield Fault("deletion_protection is off: TKE deletes the pool when told to", path)
