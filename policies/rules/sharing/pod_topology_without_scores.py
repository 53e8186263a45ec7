"""Pod that wants linked cards, where nobody measured the links

Why: HAMi has nodes measure how their cards are linked only where the cluster's own policy is
    `topology-aware`; a pod that asks for it elsewhere gets any cards, and nothing says so.
Fix: set the cluster's card policy to `topology-aware`, or take the annotation out

Bad (manifest):
    # cluster: infer
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {hami.io/gpu-scheduler-policy: topology-aware}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
Good (manifest):
    # cluster: infer
    apiVersion: v1
    kind: Pod
    metadata:
      name: rank
      annotations: {hami.io/gpu-scheduler-policy: binpack}
    spec:
      containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from environments.model import Hami
from policies import gpus, hami, whereabouts
from policies.finding import Severity
from policies.pods import TEMPLATES
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

KEY = "hami.io/gpu-scheduler-policy"
WORD = "topology-aware"


@rule(Severity.LOW, judges=Manifest, types=tuple(TEMPLATES))
def check(manifest: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """The pod says so, and its cluster does not."""
    for pod in manifest.pods():
        wanted = str(pod.annotations.get(KEY, "")).split(",")
        if WORD in wanted and gpus.asks(pod) and _is_blind(manifest, fleet):
            path = (*pod.path, "metadata", "annotations", KEY)
            yield Fault("the nodes of this cluster measure no topology", path)


def _is_blind(manifest: Manifest, fleet: Fleet) -> bool:
    """Whether it is known that the cluster has another policy."""
    cluster = whereabouts.cluster(manifest, fleet)
    if cluster is not None:
        return isinstance(cluster.sharing, Hami) and cluster.sharing.card_policy != WORD
    place = ("scheduler", "defaultSchedulerPolicy", "gpuSchedulerPolicy")
    policies = [hami.value(chart, *place) for chart in hami.releases(fleet, manifest.cluster)]
    return bool(policies) and WORD not in policies
