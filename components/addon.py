"""What goes into a cluster, as plain data: charts and manifests.

An Addon is the same object whether Terraform applies it to production, the
twin runs it, a test reads it or a rule judges it. It knows nothing of the CDK;
`components.placed` is the one construct that turns it into resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from environments import keys

PREFIX = keys.PREFIX
"""The prefix of every label and annotation of ours."""

TENANT = keys.TENANT
POOL = keys.POOL
CARD = keys.CARD
CLUSTER = f"{PREFIX}/cluster"
SHARING = f"{PREFIX}/sharing"
WORKLOAD = f"{PREFIX}/workload"
MANAGED_BY = "app.kubernetes.io/managed-by"

Manifest = Mapping[str, Any]
"""A Kubernetes object as it would stand in YAML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A Helm release at an exact version."""

    release: str
    repository: str
    name: str
    version: str
    namespace: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addon:
    """One thing a cluster gets. `name` is a construct id: it never changes.

    `ignore` names the fields, by manifest kind, that controllers own after
    creation; a plan stays empty only when they are left to them.
    """

    name: str
    charts: tuple[Chart, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    ignore: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def identity(manifest: Manifest) -> str:
    """A stable id of the object: kind, namespace and name, as in `ResourceQuota-search-gpu`."""
    metadata = manifest["metadata"]
    parts = [manifest["kind"], metadata.get("namespace", ""), metadata["name"]]
    return "-".join(part for part in parts if part)
