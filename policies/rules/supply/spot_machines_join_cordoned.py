"""Spot machines that join cordoned

Why: the cloud takes spot machines back at any hour and gives others for them. Each of those waits
    for somebody to uncordon it, so that the pool shrinks though all its machines are paid for.
Fix: set `cordon: false`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {spot: true, instance_types: [PNV6.96XLARGE2304], selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {spot: true, cordon: false, instance_types: [PNV6.96XLARGE2304], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.MEDIUM, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """Machines that come and go by themselves, and are cordoned as they come."""
    # Of an autoscaled pool the environment's own warning says it.
    if pool.pool.spot and pool.cluster.cordons(pool.pool) and not pool.pool.nodes.autoscaled:
        why = "" if pool.pool.cordon else ", as those of vGPU clusters do"
        yield Fault(f"what replaces a machine joins unschedulable{why}", ("cordon",))
