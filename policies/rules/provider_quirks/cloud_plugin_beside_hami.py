"""Pool where the cloud's device plugin runs beside HAMi's

Why: where the cloud's plugin runs beside HAMi's, the last to register wins, silently:
    allocatable falls to whole cards, and limits of memory mean nothing.
Fix: label the vGPU pool so that the cloud's plugin stays away: TKE
    `nvidia-device-enable: disable`, ACK `ack.node.gpu.schedule: disabled`; on VKE do not
    install the addon `nvidia-device-plugin` in that cluster.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"l20": {"labels": {"gpu": "on"}}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"l20": {
      "labels": {"gpu": "on", "nvidia-device-enable": "disable"}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource

OFF = {
    fields.TKE: ("nvidia-device-enable", "disable"),
    fields.TKE_NATIVE: ("nvidia-device-enable", "disable"),
    fields.ACK: ("ack.node.gpu.schedule", "disabled"),
}
VKE_ADDONS = ("volcengine_vke_addon", "volcenginecc_vke_addon")


@rule(Severity.HIGH, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A pool that is HAMi's by its labels, and where the cloud's plugin is not kept away."""
    labels = fields.pairs(pool, fields.LABELS) or {}
    if not _is_hamis(labels):
        return
    path, _ = fields.of(pool, fields.LABELS)
    if pool.type not in OFF:
        if _has_addon(pool, fleet):
            yield Fault("this cluster has the addon nvidia-device-plugin as well", path)
        return
    label, value = OFF[pool.type]
    if labels.get(label) != value:
        yield Fault(f"{label} is not {value}: the cloud's plugin runs here too", path)


def _is_hamis(labels: Mapping[str, Any]) -> bool:
    return labels.get("gpu") == "on" or labels.get("gpu-fleet.dev/sharing") == "hami"


def _has_addon(pool: Resource, fleet: Fleet) -> bool:
    return any(
        addon.body.get("name") == "nvidia-device-plugin"
        and addon.body.get("cluster_id") == pool.body.get("cluster_id")
        for addon in fleet.resources(*VKE_ADDONS)
    )
