"""Exclusions of HAMi's webhook that are not rendered

Why: with `manageNamespaceSelector: false` the chart leaves the whole namespace selector out, also
    the namespaces in `whitelistNamespaces` (measured): the webhook sees pods it was to leave alone.
Fix: keep `manageNamespaceSelector`, or (on AKS) exclude pods by the label `hami.io/webhook: ignore`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "scheduler: {admissionWebhook: {whitelistNamespaces: [kube-system]}}",
      "scheduler: {admissionWebhook: {manageNamespaceSelector: false}}"
    ]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "scheduler: {admissionWebhook: {whitelistNamespaces: [kube-system]}}"
    ]}}}}
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
    """Namespaces are named, and the part that would name them is off."""
    webhook = ("scheduler", "admissionWebhook")
    if not is_false(hami.value(chart, *webhook, "manageNamespaceSelector")):
        return
    for key in ("whitelistNamespaces", "namespaceSelector"):
        if chart.get(*webhook, key):
            yield Fault(
                f"{key} is not rendered while manageNamespaceSelector is false",
                ("values", *webhook, key),
            )
