"""What HAMi's scheduler may read beyond its chart's own rights.

From 1.36 on kube-scheduler waits for its caches of resource claims before it
schedules anything. The chart gives it the rights of `system:kube-scheduler`, which
ACK ships without them: it would wait for ever, and say so nowhere but in its log.
"""

from __future__ import annotations

from components.addon import Manifest
from components.addons.metadata import metadata
from environments.model import Alicloud, Cluster

NAME = "gpu-fleet-hami-scheduler-claims"
SINCE = 36


def manifests(cluster: Cluster, namespace: str) -> tuple[Manifest, ...]:
    """A role and who has it; nothing where the cluster's own role is whole."""
    if not isinstance(cluster.cloud, Alicloud) or cluster.minor < SINCE:
        return ()
    return (
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": metadata(NAME),
            "rules": [
                {
                    "apiGroups": ["resource.k8s.io"],
                    "resources": ["deviceclasses", "resourceclaims", "resourceslices"],
                    "verbs": ["get", "list", "watch"],
                }
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": metadata(NAME),
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": NAME,
            },
            "subjects": [
                {"kind": "ServiceAccount", "name": "hami-scheduler", "namespace": namespace}
            ],
        },
    )
