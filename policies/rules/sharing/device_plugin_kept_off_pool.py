"""HAMi device plugin that does not run on a pool of the same stack

Why: the DaemonSet runs where the nodes have the labels of `devicePlugin.nvidiaNodeSelector` (by
    default `gpu: "on"`) and only taints that it tolerates (by default none). Elsewhere it shows 0
    of 0 pods, and the nodes offer no card.
Fix: label the pool as the selector says, and tolerate its taints in `devicePlugin.tolerations`

Bad (terraform):
    {"resource": {
      "helm_release": {"hami": {"chart": "hami"}},
      "alicloud_cs_kubernetes_node_pool": {"l20": {
        "instance_types": ["ecs.gn8is.4xlarge"], "labels": [{"key": "gpu", "value": "on"}],
        "taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]}}}}
Good (terraform):
    {"resource": {
      "helm_release": {"hami": {"chart": "hami", "values": [
        "devicePlugin: {tolerations: [{key: nvidia.com/gpu, operator: Exists}]}"]}},
      "alicloud_cs_kubernetes_node_pool": {"l20": {
        "instance_types": ["ecs.gn8is.4xlarge"], "labels": [{"key": "gpu", "value": "on"}],
        "taints": [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]}}}}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from policies import fields, gpu_families, hami, values
from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet, Resource

PLUGIN = ("values", "devicePlugin")


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A pool with cards in the chart's own stack that the plugin does not get onto."""
    if values.is_false(hami.value(chart, "devicePlugin", "enabled")):
        return
    labels, taints = defaultdict(list), defaultdict(list)
    for pool in fleet.resources(*fields.POOLS):
        if pool.stack == chart.cluster and _has_gpus(pool):
            for wanted in _unlabelled(chart, pool):
                labels[wanted].append(pool)
            for key in _untolerated(chart, pool):
                taints[key].append(pool)
    for (key, value), pools in labels.items():
        said = f"runs where {key} is {value}, and {_named(pools)} has no such label"
        path = (*PLUGIN, "nvidiaNodeSelector")
        yield Fault(said, path, hami.verdict(chart), key, _places(pools))
    for key, pools in taints.items():
        said = f"does not tolerate {key}, the taint of {_named(pools)}"
        path = (*PLUGIN, "tolerations")
        yield Fault(said, path, hami.verdict(chart), key, _places(pools))


def _named(pools: list[Resource]) -> str:
    return " and ".join(pool.name for pool in pools)


def _places(pools: list[Resource]) -> tuple[Related, ...]:
    return tuple(Related(message=f"pool {pool.name}", place=pool.place()) for pool in pools)


def _has_gpus(pool: Resource) -> bool:
    types = (value for _, value in fields.every(pool, fields.INSTANCE_TYPES[pool.type]))
    listed = (one for value in types for one in (value if isinstance(value, list) else [value]))
    return any(gpu_families.has_gpus(one) for one in listed)


def _unlabelled(chart: Chart, pool: Resource) -> Iterator[tuple[str, str]]:
    """What the selector asks for and the pool has not; nothing where labels are not known."""
    labels = fields.pairs(pool, fields.LABELS)
    wanted = {"gpu": "on", **values.mapping(chart.values, "devicePlugin", "nvidiaNodeSelector")}
    for key, value in wanted.items() if labels is not None else ():
        found = labels.get(key) if labels is not None else None
        if value is not None and str(found) != str(value) and not values.is_expression(found):
            yield key, str(value)


def _untolerated(chart: Chart, pool: Resource) -> Iterator[str]:
    tolerations = values.sequence(chart.values, "devicePlugin", "tolerations")
    _, taints = fields.of(pool, fields.TAINTS)
    for taint in taints if isinstance(taints, list) else []:
        key, effect = values.text(taint, "key"), values.text(taint, "effect", default="NoSchedule")
        hard = effect.lower().replace("_", "") != "prefernoschedule"
        if key and hard and not any(_tolerates(one, key) for one in tolerations):
            yield key


def _tolerates(toleration: Any, key: str) -> bool:
    named = values.text(toleration, "key")
    return isinstance(toleration, Mapping) and named in {"", key}
