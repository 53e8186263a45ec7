"""VKE node pool without a guard against deletion

Why: the provider deletes a pool together with its machines (it always sends
    CascadingDeleteResources=Ecs), and VKE has no protection of a pool.
Fix: set `lifecycle.prevent_destroy`; with volcenginecc, `retain_resources = ["Ecs"]`
    keeps the machines as well.

Bad (terraform):
    {"resource": {"volcengine_vke_node_pool": {"h20": {"cluster_id": "c1"}}}}
Good (terraform):
    {"resource": {"volcengine_vke_node_pool": {"h20": {
      "cluster_id": "c1", "lifecycle": {"prevent_destroy": true}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN


@rule(Severity.HIGH, judges=Resource, types=(fields.VKE_OLD, fields.VKE))
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Neither `prevent_destroy` nor, where there is such a thing, retained machines."""
    if fields.keeps(pool):
        return
    path, retained = fields.one(pool, ("retain_resources",))
    if pool.type == fields.VKE and retained is UNKNOWN:
        yield Fault("nobody knows yet whether deletion keeps the machines", path, "unknown")
    elif pool.type == fields.VKE_OLD or not _holds(retained, "Ecs"):
        yield Fault(
            "deleting this pool deletes its machines, and nothing stands in the way",
            ("lifecycle", "prevent_destroy"),
        )


def _holds(words: Any, word: str) -> bool:
    return isinstance(words, list) and word in words
