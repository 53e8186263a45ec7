"""Topology-aware policy without the scores that it goes by

Why: the chart has nodes measure how their cards are linked only where the default policy is exactly
    `topology-aware`; in a list with others the scores are missing and cards are chosen blindly.
Fix: set `gpuSchedulerPolicy: topology-aware` alone

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": [
        "scheduler: {defaultSchedulerPolicy: {gpuSchedulerPolicy: 'mutex,topology-aware'}}"
      ]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {defaultSchedulerPolicy: {gpuSchedulerPolicy: topology-aware}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

PLACE = ("scheduler", "defaultSchedulerPolicy", "gpuSchedulerPolicy")


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The word is one of several."""
    value = str(hami.value(chart, *PLACE))
    if "," in value and "topology-aware" in value.split(","):
        yield Fault(
            "nodes measure no topology unless the policy is topology-aware alone",
            ("values", *PLACE),
        )
