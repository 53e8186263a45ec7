"""HAMi chart that promises card memory more than once

Why: `devicePlugin.deviceMemoryScaling` above 1 hands out memory that no card has: processes swap to
    the host or die of memory that others took.
Fix: leave it at 1; per node, `nodeConfiguration` may say otherwise for machines of a test

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["devicePlugin: {deviceMemoryScaling: 1.8}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["devicePlugin: {deviceMemoryScaling: 1}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values, whereabouts
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The scaling is above 1, and no environment says so already."""
    if whereabouts.cluster(chart, fleet) is not None:
        return  # `card-memory-promised-twice` tells the line of the environment.
    scaling = values.number(chart.values, "devicePlugin", "deviceMemoryScaling")
    if scaling is not None and scaling > 1:
        yield Fault(
            f"each card promises {scaling:g} times the memory it has",
            ("values", "devicePlugin", "deviceMemoryScaling"),
        )
