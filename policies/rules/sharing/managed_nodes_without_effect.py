"""Nodes chosen where HAMi does not read it

Why: `global.managedNodeSelectorEnable` only sets variables that no part of HAMi reads: its
    scheduler still works on every node of the cluster (measured).
Fix: set `scheduler.nodeLabelSelector` and `devicePlugin.nvidiaNodeSelector`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["global: {managedNodeSelectorEnable: true}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {nodeLabelSelector: {gpu: 'on'}}"]
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
    if is_true(chart.get("global", "managedNodeSelectorEnable")):
        yield Fault(
            "global.managedNodeSelectorEnable has no effect; HAMi looks at every node",
            ("values", "global", "managedNodeSelectorEnable"),
        )
