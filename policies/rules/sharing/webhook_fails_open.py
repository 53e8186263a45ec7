"""HAMi webhook that lets pods past when it is down

Why: with `failurePolicy: Ignore`, the chart's default, a pod created while the webhook does not
    answer stays with the default scheduler: a slice waits for ever, a whole card may be one that
    HAMi has cut for others.
Fix: set `scheduler.admissionWebhook.failurePolicy: Fail`, two replicas of the scheduler, and name
    the namespaces that must start without it in `whitelistNamespaces`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {replicas: 2}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {admissionWebhook: {failurePolicy: Fail}}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_false


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The webhook is on and may be passed."""
    webhook = ("scheduler", "admissionWebhook")
    if is_false(hami.value(chart, *webhook, "enabled")):
        return
    if hami.value(chart, *webhook, "failurePolicy") == "Ignore":
        yield Fault(
            "pods pass HAMi's webhook when it does not answer (failurePolicy Ignore)",
            ("values", *webhook, "failurePolicy"),
            hami.verdict(chart),
        )
