"""Pool of unlisted machines that the catalogue knows

Why: `unlisted` lets any name pass as an instance type. Where the catalogue has them all, the next
    typo in one is found by an apply that fails instead of here.
Fix: remove `unlisted`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], unlisted: true, selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import catalogue, clouds
from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """`unlisted`, and no type that the catalogue lacks."""
    cloud, types = pool.cluster.cloud, pool.pool.instance_types
    if not isinstance(cloud, Public) or not pool.pool.unlisted:
        return
    if all(catalogue.find(clouds.provider(cloud), name) for name in types):
        yield Fault(f"the catalogue has {' and '.join(types)}", ("unlisted",))
