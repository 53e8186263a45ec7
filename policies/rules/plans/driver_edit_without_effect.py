"""Plan that edits a GPU driver and will not

Why: TKE reads `gpu_args` when the pool is made; an edit of the driver, CUDA or MIG inside is
    planned as an update in place, sent by nobody, and shown again by every later plan.
Fix: make a pool with the new driver beside this one and move the workloads.

Bad (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.l20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"],
       "before": {"node_config": [{"gpu_args": [{"mig_enable": false}]}]},
       "after": {"node_config": [{"gpu_args": [{"mig_enable": true}]}]}}}]}
Good (plan):
    {"format_version": "1.2", "resource_changes": [
      {"address": "tencentcloud_kubernetes_node_pool.l20",
       "type": "tencentcloud_kubernetes_node_pool", "name": "l20",
       "change": {"actions": ["update"],
       "before": {"labels": {}, "node_config": [{"gpu_args": [{"mig_enable": true}]}]},
       "after": {"labels": {"a": "b"}, "node_config": [{"gpu_args": [{"mig_enable": true}]}]}}}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Change, Fleet
from policies.values import UNKNOWN


@rule(Severity.HIGH, judges=Change, types=(fields.TKE,))
def check(change: Change, fleet: Fleet) -> Iterator[Fault]:
    """Something inside `gpu_args` differs and the pool stays."""
    if not change.updates:
        return
    for part in ("driver", "cuda", "cudnn", "custom_driver", "mig_enable"):
        path, after = fields.one(change, ("node_config", "gpu_args", part))
        if after is UNKNOWN:
            yield Fault(f"{part} is known after the apply only", path, "unknown")
        elif (change.had(*path) or None) != (after or None):
            yield Fault(f"{part} is edited, and TKE will not hear of it", path)
