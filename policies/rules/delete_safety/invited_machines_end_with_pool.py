"""Machines by invitation that end with their pool

Why: a type that no page lists is sold to who was invited, when there are some. A pool that is
    destroyed or replaced gives its machines back, and nobody says that they can be had again.
Fix: set `on_delete: keep`; machines that are kept go on costing until somebody ends them

Bad (environment):
    clusters:
      train:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h100: {instance_types: [ecs.ebmhpc-h100.48xlarge], unlisted: true, selector: null}
Good (environment):
    clusters:
      train:
        cloud: {provider: volcengine, region: cn-beijing, zones: [cn-beijing-a]}
        pools:
          h100:
            instance_types: [ecs.ebmhpc-h100.48xlarge]
            unlisted: true
            on_delete: keep
            selector: null
"""

from __future__ import annotations

from collections.abc import Iterator

from environments import catalogue
from environments.model import Cloud, Tencentcloud, Volcengine
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool


@rule(Severity.MEDIUM, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """A type that the catalogue lacks, where the cloud could keep the machines."""
    if pool.pool.on_delete == "keep" or not _can_keep(pool.cluster.cloud, rdma=pool.pool.rdma):
        return
    listed = {name for types in catalogue.table().values() for name in types}
    if invited := [name for name in pool.pool.instance_types if name not in listed]:
        yield Fault(f"{' and '.join(invited)} may not be had again", ("on_delete",))


def _can_keep(cloud: Cloud, *, rdma: bool) -> bool:
    """Alibaba Cloud keeps none; Tencent Cloud none with RDMA, which are in no pool."""
    return isinstance(cloud, Volcengine) or (isinstance(cloud, Tencentcloud) and not rdma)
