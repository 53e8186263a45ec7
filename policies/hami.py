"""HAMi's Helm chart, as anybody installs it: which release it is, and what its values come to.

The chart has no schema and says nothing of a key that it does not know; its
defaults are those of charts 2.7 to 2.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from policies import values
from policies.objects import Chart
from policies.subject import Fleet

CHARTS = ("hami",)

NODE_POLICIES = ("binpack", "spread")
CARD_POLICIES = ("binpack", "spread", "topology-aware", "mutex", "numa")

POD_ANNOTATIONS = frozenset(
    {
        "nvidia.com/use-gputype",
        "nvidia.com/nouse-gputype",
        "nvidia.com/use-gpuuuid",
        "nvidia.com/nouse-gpuuuid",
        "nvidia.com/vgpu-mode",
        "nvidia.com/numa-bind",
        "hami.io/node-scheduler-policy",
        "hami.io/gpu-scheduler-policy",
        "hami.io/device-scoring-weights",
    }
)
"""What a user writes on a pod."""

DEFAULTS: Mapping[tuple[str, ...], Any] = {
    ("scheduler", "leaderElect"): True,
    ("scheduler", "replicas"): 1,
    ("scheduler", "kubeScheduler", "enabled"): True,
    ("scheduler", "admissionWebhook", "enabled"): True,
    ("scheduler", "admissionWebhook", "failurePolicy"): "Ignore",
    ("scheduler", "admissionWebhook", "manageNamespaceSelector"): True,
    ("scheduler", "defaultSchedulerPolicy", "nodeSchedulerPolicy"): "binpack",
    ("scheduler", "defaultSchedulerPolicy", "gpuSchedulerPolicy"): "spread",
    ("devicePlugin", "enabled"): True,
    ("devicePlugin", "deviceMemoryScaling"): 1,
    ("devicePlugin", "libPath"): "/usr/local/vgpu",
    ("global", "gpuHookPath"): "/usr/local",
}


def value(chart: Chart, *path: str) -> Any:
    """A value, or the chart's default."""
    found = chart.get(*path)
    return DEFAULTS.get(path) if found is values.ABSENT or found is None else found


def verdict(chart: Chart) -> Literal["fail", "unknown"]:
    """What it means that a value is not there: nothing yet, where Terraform computes some."""
    return "unknown" if chart.partial else "fail"


def minor(chart: Chart) -> int | None:
    """The minor version of the chart: 10 for 2.10.0; None where it is not of 2.x or not said."""
    parts = chart.version.removeprefix("v").split(".")
    if len(parts) < 2 or parts[0] != "2" or not parts[1].isdecimal() or len(parts[1]) > 4:
        return None
    return int(parts[1])


def releases(fleet: Fleet, cluster: str | None) -> list[Chart]:
    """The releases of HAMi that go to the same cluster."""
    return [chart for chart in fleet.of(Chart, *CHARTS) if chart.cluster == cluster]
