"""Objects of a live cluster as subjects: what somebody put there, as the API server has it.

What a controller made of another object is left out: its template was judged where
it stands. There is no file, so findings have an address and no line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policies import values
from policies.objects import Manifest, address

COLLECTIONS: tuple[tuple[str, str, str], ...] = (
    ("/api/v1/namespaces", "v1", "Namespace"),
    ("/api/v1/nodes", "v1", "Node"),
    ("/api/v1/pods", "v1", "Pod"),
    ("/api/v1/resourcequotas", "v1", "ResourceQuota"),
    ("/api/v1/limitranges", "v1", "LimitRange"),
    ("/apis/apps/v1/deployments", "apps/v1", "Deployment"),
    ("/apis/apps/v1/statefulsets", "apps/v1", "StatefulSet"),
    ("/apis/apps/v1/daemonsets", "apps/v1", "DaemonSet"),
    ("/apis/batch/v1/jobs", "batch/v1", "Job"),
    ("/apis/batch/v1/cronjobs", "batch/v1", "CronJob"),
    ("/apis/policy/v1/poddisruptionbudgets", "policy/v1", "PodDisruptionBudget"),
    ("/apis/scheduling.k8s.io/v1/priorityclasses", "scheduling.k8s.io/v1", "PriorityClass"),
)
"""Path, version and kind of each collection that rules look at."""


def of_items(
    items: Iterable[Mapping[str, Any]], version: str, kind: str, cluster: str | None
) -> Iterator[Manifest]:
    """The objects of one collection; a list does not repeat what they are."""
    for item in items:
        if _is_made(item):
            continue
        metadata = {k: v for k, v in values.mapping(item, "metadata").items() if k != MANAGED}
        body = {"apiVersion": version, "kind": kind, **item, "metadata": metadata}
        yield Manifest(address=address(body, cluster), body=body, cluster=cluster, live=True)


MANAGED = "managedFields"
"""Who set which field: half of an object, and nothing for rules."""


def _is_made(item: Mapping[str, Any]) -> bool:
    owners = values.sequence(item, "metadata", "ownerReferences")
    return any(values.get(owner, "controller") is True for owner in owners)
