"""HAMi chart value under a name that its version no longer has

Why: the chart has no schema and passes over what it does not know, so an old name in an old guide
    does nothing: the image, the node selector or the registry stays the default.
Fix: use the name of the chart's version

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "version": "2.9.0",
      "values": ["scheduler: {kubeScheduler: {imageTag: v1.32.9}}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "version": "2.9.0",
      "values": ["scheduler: {kubeScheduler: {image: {tag: v1.32.9}}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import ABSENT

RENAMED = (
    (7, ("scheduler", "kubeScheduler", "imageTag"), "scheduler.kubeScheduler.image.tag"),
    (7, ("devicePlugin", "monitorimage"), "devicePlugin.monitor.image"),
    (7, ("devicePlugin", "monitorctrPath"), "devicePlugin.monitor.ctrPath"),
    (7, ("imagePullSecrets",), "global.imagePullSecrets"),
    (7, ("version",), "global.imageTag"),
    (8, ("devicePlugin", "nvidianodeSelector"), "devicePlugin.nvidiaNodeSelector"),
    (8, ("devicePlugin", "vgpuMonitor", "resources"), "devicePlugin.monitor.resources"),
    (10, ("dra",), ""),
    (10, ("hami-dra",), ""),
)
"""Minor version of chart 2 from which the name is gone, the old name, and the new one."""
TEXTS = (("scheduler", "kubeScheduler"), ("scheduler", "extender"), ("devicePlugin",))
"""Images that were one text up to 2.6."""


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A name of an older version."""
    minor = hami.minor(chart)
    if minor is None and chart.version:
        return
    for since, path, now in RENAMED:
        # Without a version it is the newest.
        if chart.get(*path) is not ABSENT and (minor is None or minor >= since):
            old = ".".join(path)
            said = f"{old} is gone since chart 2.{since} and does nothing"
            fix = f"write {now}" if now else "take it out; HAMi's DRA driver has a chart of its own"
            yield Fault(said, ("values", *path), fix=fix)
    for path in TEXTS:
        if isinstance(chart.get(*path, "image"), str) and (minor is None or minor >= 7):
            said = f"{'.'.join(path)}.image is a map of registry, repository and tag since 2.7"
            yield Fault(said, ("values", *path, "image"))
