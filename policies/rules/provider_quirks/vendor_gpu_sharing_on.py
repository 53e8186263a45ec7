"""GPU sharing of the cloud switched on beside ours

Why: mGPU, qGPU and cGPU cut cards with their own scheduler and runtime; where HAMi or whole
    cards are handed out as well, two bookkeepers sell the same memory.
Fix: remove the label, the addon or the pool type; cards are cut by HAMi only.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"l20": {
      "labels": {"qgpu-device-enable": "enable"}}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"l20": {
      "labels": {"nvidia-device-enable": "disable", "gpu": "on"}}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN

LABELS = {
    "vke.node.gpu.schedule": {"mgpu"},
    "qgpu-device-enable": {"enable"},
    "ack.node.gpu.schedule": {"cgpu", "core_mem", "share", "mps", "topology", "mig"},
}
ADDONS: fields.Fields = {
    "volcengine_vke_addon": ("name",),
    "volcenginecc_vke_addon": ("name",),
    "tencentcloud_kubernetes_addon": ("addon_name",),
    "alicloud_cs_kubernetes_addon": ("name",),
}
SHARING = {"mgpu", "qgpu", "ack-ai-installer", "ack-cgpu"}


@rule(Severity.HIGH, judges=Resource, types=(*fields.POOLS, *ADDONS))
def check(made: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A label, a pool type or an addon that cuts cards."""
    if made.type in ADDONS:
        path, name = fields.of(made, ADDONS)
        if isinstance(name, str) and name.lower() in SHARING:
            yield Fault(f"the addon {name} cuts cards", path)
        return
    path, written = fields.of(made, fields.LABELS)
    labels = fields.pairs(made, fields.LABELS)
    for label, cutting in LABELS.items():
        value = (labels or {}).get(label)
        if isinstance(value, str) and value.lower() in cutting:
            yield Fault(f"{label}={value} lets the cloud cut cards", path, detail=label)
    if written is UNKNOWN:
        yield Fault("the labels are known after an apply only", path, "unknown")
    where, kind = fields.one(made, ("scaling_config", "type"))
    if kind == "gpushare":
        yield Fault("a pool of the type gpushare lets the cloud cut cards", where)
