"""Card memory promised more than once

Why: above 1, `deviceMemoryScaling` hands out memory that no card has. Processes swap to the
    host or die of memory that others took, and a pod that asks for a whole card gets the scaled
    amount (measured: 30,720 MiB of a 15,360 MiB card).
Fix: keep it at 1 where services answer users; overcommit in a cluster of its own

Bad (environment):
    clusters:
      infer:
        sharing: {mode: hami, memory_scaling: 1.5}
Good (environment):
    clusters:
      infer:
        sharing: {mode: hami, memory_scaling: 1}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.HIGH, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """The scaling is above 1."""
    sharing = cluster.cluster.sharing
    if isinstance(sharing, Hami) and sharing.memory_scaling > 1:
        yield Fault(
            f"each card promises {sharing.memory_scaling:g} times the memory it has",
            ("sharing", "memory_scaling"),
        )
