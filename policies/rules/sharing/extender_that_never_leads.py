"""HAMi extender that waits for a leader that never comes

Why: the kube-scheduler beside the extender takes the Lease. Without it (`kubeScheduler.enabled:
    false`) and with `leaderElect`, nobody leads, every filter call times out, and no pod with
    cards is scheduled, while all probes say the extender is well (measured).
Fix: set `scheduler.leaderElect: false` as well, or leave the kube-scheduler on

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {kubeScheduler: {enabled: false}}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {leaderElect: false, kubeScheduler: {enabled: false}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_false


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """No kube-scheduler, and leader election."""
    alone = is_false(hami.value(chart, "scheduler", "kubeScheduler", "enabled"))
    if alone and not is_false(hami.value(chart, "scheduler", "leaderElect")):
        yield Fault(
            "no kube-scheduler takes the Lease that the extender waits for",
            ("values", "scheduler", "kubeScheduler", "enabled"),
            hami.verdict(chart),
        )
