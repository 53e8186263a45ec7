"""How the objects of addons are named and labelled, and which namespaces are no tenant's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.addon import MANAGED_BY, TENANT, Manifest
from environments import keys

OWNER = keys.OWNER
PRIORITIES = keys.PRIORITIES
SYSTEM_NAMESPACES = keys.SYSTEM_NAMESPACES

USER_NAMESPACES = {
    "matchExpressions": [
        {
            "key": "kubernetes.io/metadata.name",
            "operator": "NotIn",
            "values": list(SYSTEM_NAMESPACES),
        }
    ]
}
"""All others, as a namespace selector."""

_LABELS = {MANAGED_BY: "gpu-fleet"}


def metadata(
    name: str,
    *,
    namespace: str | None = None,
    tenant: str | None = None,
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The metadata of an object of ours; its tenant as a label where it has one."""
    found: dict[str, Any] = {"name": name}
    if namespace is not None:
        found["namespace"] = namespace
    found["labels"] = {**_LABELS, **({TENANT: tenant} if tenant else {}), **(labels or {})}
    if annotations:
        found["annotations"] = dict(annotations)
    return found


def system_namespace(name: str) -> Manifest:
    """A namespace for what runs on the nodes with cards: privileged, and past HAMi's webhook."""
    labels = {
        "hami.io/webhook": "ignore",
        "pod-security.kubernetes.io/enforce": "privileged",
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name, labels=labels)}
