"""HAMi version that hands cards out twice

Why: HAMi 2.10.0 forgets the cards of a pod whose init container asks for none, and hands them out
    again (measured): model downloads and service meshes add such containers to any pod.
Fix: use 2.9.0 until a later version keeps count

Bad (environment):
    clusters:
      infer:
        sharing: {mode: hami, version: 2.10.0}
Good (environment):
    clusters:
      infer:
        sharing: {mode: hami, version: 2.9.0}
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet


@rule(Severity.HIGH, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """The version is 2.10.0."""
    sharing = cluster.cluster.sharing
    if isinstance(sharing, Hami) and sharing.version == "2.10.0":
        yield Fault(
            "HAMi 2.10.0 hands out the cards of pods with init containers twice",
            ("sharing", "version"),
        )
