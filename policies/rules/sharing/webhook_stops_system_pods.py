"""HAMi webhook that the cluster's own pods must wait for

Why: with `failurePolicy: Fail`, no pod is created while the webhook is down, and without
    exclusions those of the network and of DNS are not either: HAMi cannot come back by itself.
Fix: list `kube-system` and HAMi's own namespace in `scheduler.admissionWebhook.whitelistNamespaces`
    (the namespaces that are left out, whatever its name says), and keep `manageNamespaceSelector`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "namespace": "gpu", "values": [
      "scheduler: {admissionWebhook: {failurePolicy: Fail}}"
    ]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "namespace": "gpu", "values": [
      "scheduler: {admissionWebhook: {failurePolicy: Fail}}",
      "scheduler: {admissionWebhook: {whitelistNamespaces: [kube-system, gpu]}}"
    ]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import ABSENT, is_false


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """Fail, and `kube-system` is not left out."""
    webhook = ("scheduler", "admissionWebhook")
    closed = hami.value(chart, *webhook, "failurePolicy") == "Fail"
    if not closed or is_false(hami.value(chart, *webhook, "enabled")):
        return
    if chart.get(*webhook, "namespaceSelector") not in (ABSENT, {}, None):
        return  # A selector of one's own: whom it leaves out shows in the cluster only.
    left_out = set(values.sequence(chart.values, *webhook, "whitelistNamespaces"))
    path = ("values", *webhook, "whitelistNamespaces")
    for namespace in sorted({"kube-system", chart.namespace} - left_out):
        said = f"pods of {namespace} cannot be created while HAMi's webhook is down"
        yield Fault(said, path, hami.verdict(chart), namespace)
