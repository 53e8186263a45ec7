"""RuntimeClass that each upgrade of HAMi deletes and makes again

Why: the chart makes its RuntimeClass as a hook: one of that name is deleted first, also the GPU
    Operator's, and pods that name it cannot start in between.
Fix: leave `devicePlugin.createRuntimeClass` out and make the RuntimeClass on its own

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "devicePlugin: {runtimeClassName: nvidia, createRuntimeClass: true}"
    ]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "devicePlugin: {runtimeClassName: nvidia}"
    ]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_true


@rule(Severity.LOW, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The switch is on."""
    if is_true(chart.get("devicePlugin", "createRuntimeClass")):
        yield Fault(
            "each upgrade deletes the RuntimeClass and makes it again",
            ("values", "devicePlugin", "createRuntimeClass"),
        )
