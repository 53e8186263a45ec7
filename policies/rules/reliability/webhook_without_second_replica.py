"""HAMi scheduler alone while no pod can be created without it

Why: with `failurePolicy: Fail` and one replica of the scheduler, each move of that pod stops the
    creation of all pods until it is back; without leader election the chart quietly runs one.
Fix: set `scheduler.replicas: 2` and keep `scheduler.leaderElect`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "scheduler: {admissionWebhook: {failurePolicy: Fail}}"
    ]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "scheduler: {replicas: 2, admissionWebhook: {failurePolicy: Fail}}"
    ]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_false


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """Fail, and one replica, by number or for want of an election."""
    webhook = ("scheduler", "admissionWebhook")
    closed = hami.value(chart, *webhook, "failurePolicy") == "Fail"
    if not closed or is_false(hami.value(chart, *webhook, "enabled")):
        return
    replicas = values.number(chart.values, "scheduler", "replicas") or 1
    if is_false(hami.value(chart, "scheduler", "leaderElect")) and replicas > 1:
        said = f"the chart runs 1 replica of {replicas:g}: there is no leader election"
        yield Fault(said, ("values", "scheduler", "leaderElect"))
    elif replicas < 2:
        said = "no pod can be created while the one scheduler pod moves"
        yield Fault(said, ("values", "scheduler", "replicas"), hami.verdict(chart))
