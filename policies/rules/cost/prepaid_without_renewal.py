"""Prepaid machines without a word about renewal

Why: on the last day of the period the machines of the pool are stopped and then released,
    with what runs on them; nothing in Kubernetes announces it.
Fix: set renewal to automatic, or, where the machines are meant to go, say so by switching it
    off in so many words.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "instance_charge_type": "PrePaid", "period": 12}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "instance_charge_type": "PrePaid", "period": 12, "auto_renew": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN

CHARGES: fields.Fields = {
    fields.VKE_OLD: ("node_config", "instance_charge_type"),
    fields.VKE: ("node_config", "instance_charge_type"),
    fields.TKE: ("auto_scaling_config", "instance_charge_type"),
    fields.TKE_NATIVE: ("native", "instance_charge_type"),
    fields.ACK: ("instance_charge_type",),
}
RENEWALS: fields.Fields = {
    fields.VKE_OLD: ("node_config", "auto_renew"),
    fields.VKE: ("node_config", "auto_renew"),
    fields.TKE: ("auto_scaling_config", "instance_charge_type_prepaid_renew_flag"),
    fields.TKE_NATIVE: ("native", "instance_charge_prepaid", "renew_flag"),
    fields.ACK: ("auto_renew",),
}


@rule(Severity.MEDIUM, judges=Resource, types=fields.POOLS)
def check(pool: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Prepaid, and renewal is not mentioned."""
    path, charge = fields.of(pool, CHARGES)
    where, renewal = fields.of(pool, RENEWALS)
    if charge is UNKNOWN and renewal is ABSENT:
        yield Fault("how the machines are paid is known after an apply only", path, "unknown")
    elif isinstance(charge, str) and charge.upper() == "PREPAID" and renewal is ABSENT:
        yield Fault("the machines go at the end of the period: no word about renewal", where)
