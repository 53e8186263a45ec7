"""Two device plugins for the same cards

Why: both call themselves `nvidia.com/gpu` to the kubelet and overwrite each other's counts; whoever
    registers last hands out cards that the other has given away.
Fix: keep one: switch `devicePlugin.enabled` of the GPU Operator off, or remove NVIDIA's plugin
    where HAMi is installed

Bad (terraform):
    {
      "resource": {
        "helm_release": {
          "hami": {
            "chart": "hami"
          },
          "operator": {
            "chart": "gpu-operator"
          }
        }
      }
    }
Good (terraform):
    {
      "resource": {
        "helm_release": {
          "hami": {
            "chart": "hami"
          },
          "operator": {
            "chart": "gpu-operator",
            "values": [
              "devicePlugin: {enabled: false}"
            ]
          }
        }
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from policies import hami
from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_false

PLUGINS = ("gpu-operator", "nvidia-device-plugin")


@rule(Severity.CRITICAL, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A chart with a plugin, in a cluster that has HAMi's."""
    name = chart.type
    if name not in PLUGINS or not _has_plugin(chart):
        return
    for other in hami.releases(fleet, chart.cluster):
        if _has_plugin(other):
            related = Related(message="HAMi's device plugin", place=other.place(("name",)))
            said = f"{name} and {other.release or other.name} both hand out nvidia.com/gpu"
            partial = chart.partial or other.partial
            outcome: Literal["fail", "unknown"] = "unknown" if partial else "fail"
            yield Fault(said, ("name",), outcome, related=(related,))


def _has_plugin(chart: Chart) -> bool:
    return not is_false(chart.get("devicePlugin", "enabled"))
