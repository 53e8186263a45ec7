"""Pool of machines that are not alike

Why: pods are planned for the smallest machine of a pool, whose size is all that anybody may count
    on. What a larger one has beyond it is paid for, and left over.
Fix: keep types of one size, or make a pool for each

Bad (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20:
            instance_types: [PNV6.96XLARGE2304, PNV6.32XLARGE1280]
            selector: null
Good (environment):
    clusters:
      infer:
        cloud: {provider: tencentcloud, region: ap-shanghai, zones: [ap-shanghai-4]}
        kubernetes: "1.32"
        pools:
          h20: {instance_types: [PNV6.96XLARGE2304], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from environments import catalogue, clouds
from environments.catalogue import InstanceType
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Pool

ALIKE = 0.75
"""The smaller machine's share of the larger one, above which nobody minds."""


@rule(Severity.LOW, judges=Pool)
def check(pool: Pool, fleet: Fleet) -> Iterator[Fault]:
    """Types that the catalogue knows, one with much less processor or memory than another."""
    provider = clouds.provider(pool.cluster.cloud)
    known = [
        (name, it)
        for name in pool.pool.instance_types
        if (it := catalogue.find(provider, name)) is not None and it.machine is not None
    ]
    if known and not alike([it for _, it in known]):
        sizes = (f"{name} has {it.vcpu} cores and {it.memory}" for name, it in known)
        yield Fault(", ".join(sizes), ("instance_types",))


def alike(types: Sequence[InstanceType]) -> bool:
    """Whether the smallest machine has most of what the largest one has."""
    machines = [it.machine for it in types if it.machine is not None]
    cores = [machine.cpu.value for machine in machines]
    memory = [machine.memory.bytes for machine in machines]
    return all(min(sizes) >= ALIKE * max(sizes) for sizes in (cores, memory))
