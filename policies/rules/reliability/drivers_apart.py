"""Pools of one card with different drivers

Why: a replica that moves from one pool to the other meets another driver. What was compiled for the
    newer one does not start on the older, and results differ in the last digits.
Fix: write the same `driver` into both, one pool after the other

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {driver: 550.144.03, instance_types: [PNV6.96XLARGE2304], selector: null}
          more:
            card: H20-96G
            cards_per_node: 8
            nodes: {desired: 2}
            instance_types: [PNV6.96XLARGE2304]
            driver: 535.216.01
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {driver: 550.144.03, instance_types: [PNV6.96XLARGE2304], selector: null}
          more:
            card: H20-96G
            cards_per_node: 8
            nodes: {desired: 2}
            instance_types: [PNV6.96XLARGE2304]
            driver: 550.144.03
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """A driver that is not that of an earlier pool of the cluster with the same card."""
    for name, other in pool.cluster.pools.items():
        if name == pool.name:
            return
        if other.card == pool.pool.card and other.driver != pool.pool.driver:
            mine, theirs = (one or "the cloud's own" for one in (pool.pool.driver, other.driver))
            yield Fault(f"{mine} here, {theirs} in {name}", ("driver",), detail=name)
            return
