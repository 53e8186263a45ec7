"""Pool whose machines nobody has looked at

Why: what the catalogue says of this instance type was told by users of it, not by the cloud. What
    pods may ask for is worked out from it: a machine that turns out smaller leaves cards without
    processors.
Fix: read processor and memory off a machine, and write them into `machine`

Bad (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20: {instance_types: [ecs.ebmhpcpni3l.48xlarge], machine: null, selector: null}
Good (environment):
    clusters:
      infer:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h20:
            instance_types: [ecs.ebmhpcpni3l.48xlarge]
            machine: {cpu: "192", memory: 2048Gi}
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import catalogue, clouds
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.INFO, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """No `machine`, and a type that is not verified."""
    if pool.pool.machine is not None:
        return
    provider = clouds.provider(pool.cluster.cloud)
    for at, name in enumerate(pool.pool.instance_types):
        it = catalogue.find(provider, name)
        if it is not None and not it.verified:
            said = f"no page of the cloud says what {name} is; known from: {it.source}"
            yield Fault(said, ("instance_types", at))
