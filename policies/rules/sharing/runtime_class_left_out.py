"""HAMi beside the GPU Operator without a RuntimeClass

Why: from 25.10 on the GPU Operator no longer makes NVIDIA's runtime the default one. Containers
    that HAMi gives a card to then start without the driver, and without what limits them.
Fix: set `devicePlugin.runtimeClassName: nvidia`, and where the operator installs the driver also
    `devicePlugin.nvidiaDriverRoot: /run/nvidia/driver`

Bad (terraform):
    {"resource": {"helm_release": {
      "hami": {"chart": "hami"},
      "operator": {"chart": "gpu-operator", "values": ["devicePlugin: {enabled: false}"]}}}}
Good (terraform):
    {"resource": {"helm_release": {
      "hami": {"chart": "hami", "values": ["devicePlugin: {runtimeClassName: nvidia}"]},
      "operator": {"chart": "gpu-operator", "values": ["devicePlugin: {enabled: false}"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The operator in the same cluster, and no class named."""
    if chart.get("devicePlugin", "runtimeClassName"):
        return
    if any(other.cluster == chart.cluster for other in fleet.of(Chart, "gpu-operator")):
        yield Fault(
            "containers with cards start in the default runtime, which is not NVIDIA's",
            ("values", "devicePlugin", "runtimeClassName"),
            hami.verdict(chart),
        )
