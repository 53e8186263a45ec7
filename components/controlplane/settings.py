"""With which flags and environment does each component of a plane run?

Plain data. The values are for many planes on few cores, holding thousands of
pods that nobody keeps: durability, fairness between clients and liveness of
nodes are given up where they cost. What each one brought stands next to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from components.controlplane.scheduler import NodePolicy

KUBERNETES_VERSION = "v1.36.3"

COMPONENTS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
)

# Figures are CPU milliseconds per pod that got Running, all components together, of about
# 35 on two busy cores; each was measured side by side with a plane that differs in it alone.
_FLAGS: dict[str, dict[str, str]] = {
    "etcd": {
        # The data is thrown away with the twin; a sync per write waits for the disk.
        "unsafe-no-fsync": "true",
        "snapshot-count": "1000000",
        "log-level": "warn",
    },
    "kube-apiserver": {
        # Two events a pod: kept as long as somebody may look, not for an hour.
        "event-ttl": "10m",
    },
    "kube-controller-manager": {
        # There is one; without an election it starts two seconds earlier.
        "leader-elect": "false",
        # A Deployment and its ReplicaSet write their status for every pod that becomes
        # ready; with one worker each, several pods share a write: -5 %.
        "concurrent-replicaset-syncs": "1",
        "concurrent-deployment-syncs": "1",
        # A count made from a cache that is behind stays wrong until the next one: five
        # minutes later at Kubernetes' own pace, and `fleet verify` looks sooner.
        "resource-quota-sync-period": "20s",
    },
    "kube-scheduler": {
        # Else each pod with a claim is written once more, with the node it will be
        # bound to a moment later: -9 %.
        "feature-gates": "NominatedNodeNameForExpectation=false",
    },
    "kwok-controller": {
        # It logs each patch, 300 bytes a time.
        "v": "WARN",
    },
}

# Fewer, larger collections: 43 ms a pod at Go's own 100, 39 at 200, 38 at 400; but 400
# takes twice the memory of 200, and five planes have to fit beside Terraform.
_ENVIRONMENT: dict[str, dict[str, str]] = {component: {"GOGC": "200"} for component in COMPONENTS}

_KWOK: dict[str, Any] = {
    # A million addresses; the default /24 starts over after 254 pods.
    "cidr": "10.64.0.0/12",
    # kwok itself has these defaults, but not once kwokctl has written a configuration.
    "nodeLeaseParallelism": 4,
    "nodePlayStageParallelism": 4,
    "podPlayStageParallelism": 4,
    "podsOnNodeSyncParallelism": 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that tells one control plane from another of the same version."""

    node_policy: NodePolicy = "binpack"
    flags: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _FLAGS)
    """Per component, added to (and winning over) the flags that kwokctl gives."""
    environment: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _ENVIRONMENT)
    """Per component, environment variables."""
    kwok: Mapping[str, Any] = field(default_factory=lambda: dict(_KWOK))
    """Options of the KWOK controller (KwokConfiguration)."""
    # Nodes write a quarter as often as leases last: at kubelet's 40 s, 300 nodes write 30
    # times a second for nothing.
    node_lease_seconds: int = 3600
    node_monitor_grace_seconds: int = 14_400
    """How long a node may be silent before its pods are taken for lost."""
    ready_seconds: float = 120.0
    """How long a plane may take from its first process to answering all requests."""

    @property
    def fingerprint(self) -> str:
        """Equal for equal settings: a plane is only reused under the same ones."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()
