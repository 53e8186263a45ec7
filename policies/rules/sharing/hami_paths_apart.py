"""HAMi paths that no longer meet

Why: the library that limits memory and cores is laid down at `global.gpuHookPath`/vgpu and looked
    for at `devicePlugin.libPath`. Where they differ, containers start without limits, and nothing
    says so; a monitor with another `ctrPath` shows nothing.
Fix: let `devicePlugin.libPath` be `global.gpuHookPath`/vgpu, and `devicePlugin.monitor.ctrPath` be
    `devicePlugin.libPath`/containers

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami", "values": ["global: {gpuHookPath: /opt/hami}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "global: {gpuHookPath: /opt/hami}",
      "devicePlugin: {libPath: /opt/hami/vgpu, monitor: {ctrPath: /opt/hami/vgpu/containers}}"
    ]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """One path was moved, and those that go with it were not."""
    hook = str(hami.value(chart, "global", "gpuHookPath")).rstrip("/")
    library = str(hami.value(chart, "devicePlugin", "libPath")).rstrip("/")
    if library != f"{hook}/vgpu":
        yield Fault(
            f"the library is at {hook}/vgpu, and looked for at {library}",
            ("values", "devicePlugin", "libPath"),
            hami.verdict(chart),
        )
        return  # What lies below it is right or wrong when this is settled.
    default = "/usr/local/vgpu/containers"
    containers = values.text(chart.values, "devicePlugin", "monitor", "ctrPath", default=default)
    if containers.rstrip("/") != f"{library}/containers":
        yield Fault(
            f"containers are noted at {library}/containers, the monitor reads {containers}",
            ("values", "devicePlugin", "monitor", "ctrPath"),
            hami.verdict(chart),
        )
