"""Expiry of node locks set where HAMi does not read it

Why: the chart writes `scheduler.nodeLockExpire` into a variable that the extender overwrites
    with its flag, so a lock left behind blocks its node for 5 minutes all the same (measured).
Fix: put `--node-lock-timeout=...` into `scheduler.extender.extraArgs`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {nodeLockExpire: 30s}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {extender: {extraArgs: [--node-lock-timeout=30s]}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import ABSENT


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The key is there."""
    if chart.get("scheduler", "nodeLockExpire") not in {ABSENT, "5m"}:
        yield Fault(
            "scheduler.nodeLockExpire has no effect; locks expire after 5m",
            ("values", "scheduler", "nodeLockExpire"),
        )
