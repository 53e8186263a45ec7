"""Core limits switched where HAMi does not read it

Why: `devicePlugin.disablecorelimit` sets a flag that nothing reads; cores stay limited, or not,
    as before, and nobody is told.
Fix: set `devices.nvidia.gpuCorePolicy` to `force` or `disable`, or ask for `nvidia.com/gpucores`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["devicePlugin: {disablecorelimit: 'true'}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["devices: {nvidia: {gpuCorePolicy: disable}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_true


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The switch is on."""
    if is_true(chart.get("devicePlugin", "disablecorelimit")):
        yield Fault(
            "devicePlugin.disablecorelimit has no effect",
            ("values", "devicePlugin", "disablecorelimit"),
        )
