"""Rendered webhook of HAMi that lets pods past when it is down

Why: a pod created while the webhook does not answer stays with the default scheduler: a slice waits
    for ever, a whole card may be one that HAMi has cut for others.
Fix: set `failurePolicy: Fail` (in the chart `scheduler.admissionWebhook.failurePolicy`), and leave
    out the namespaces that must start without it

Bad (manifest):
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: hami-webhook}
    webhooks: [{name: vgpu.hami.io, failurePolicy: Ignore}]
Good (manifest):
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: {name: hami-webhook}
    webhooks: [{name: vgpu.hami.io, failurePolicy: Fail}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest

NAME = "vgpu.hami.io"


@rule(Severity.MEDIUM, judges=Manifest, types=("MutatingWebhookConfiguration",))
def check(configuration: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """HAMi's webhook, and `Ignore`."""
    for at, webhook in enumerate(values.sequence(configuration.body, "webhooks")):
        is_hami = values.text(webhook, "name") == NAME
        if is_hami and values.text(webhook, "failurePolicy") == "Ignore":
            said = "pods pass HAMi's webhook when it does not answer"
            yield Fault(said, ("webhooks", at, "failurePolicy"))
