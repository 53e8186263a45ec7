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

_FLAGS: dict[str, dict[str, str]] = {
    "etcd": {
        "unsafe-no-fsync": "true",
        "snapshot-count": "1000000",
        "log-level": "warn",
    },
    "kube-apiserver": {
        "event-ttl": "10m",
    },
    "kube-controller-manager": {
        "leader-elect": "false",
    },
    "kube-scheduler": {
        "feature-gates": "NominatedNodeNameForExpectation=false",
    },
    "kwok-controller": {
        "v": "WARN",
    },
}

_ENVIRONMENT: dict[str, dict[str, str]] = {
    component: {"GOGC": "400"} for component in COMPONENTS
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
    node_lease_seconds: int = 3600
    node_monitor_grace_seconds: int = 14_400
    ready_seconds: float = 120.0
    """How long a plane may take from its first process to answering all requests."""

    @property
    def fingerprint(self) -> str:
        """Equal for equal settings: a plane is only reused under the same ones."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


_KWOK: dict[str, Any] = {
    "cidr": "10.64.0.0/12",
    # kwok itself has these defaults, but not once kwokctl has written a configuration.
    "nodeLeaseParallelism": 4,
    "nodePlayStageParallelism": 4,
    "podPlayStageParallelism": 4,
    "podsOnNodeSyncParallelism": 4,
}
