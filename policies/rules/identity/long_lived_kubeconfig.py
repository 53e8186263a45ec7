"""Kubeconfig that is valid for years

Why: VKE makes kubeconfigs for 26,280 hours, three years, unless told otherwise; one that
    leaks opens the cluster until then.
Fix: set `valid_duration` to 24 where a job reads it, to 720 (a month) at most.

Bad (terraform):
    {"resource": {"volcenginecc_vke_kubeconfig": {"train": {"type": "Private"}}}}
Good (terraform):
    {"resource": {"volcenginecc_vke_kubeconfig": {"train": {"valid_duration": 24}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, number

MOST_HOURS = 720


@rule(
    Severity.HIGH,
    judges=Resource,
    types=("volcengine_vke_kubeconfig", "volcenginecc_vke_kubeconfig"),
)
def check(kubeconfig: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Valid for more than a month."""
    path, hours = fields.one(kubeconfig, ("valid_duration",))
    if hours is UNKNOWN:
        yield Fault("valid_duration is known after an apply only", path, "unknown")
    elif hours is ABSENT:
        yield Fault("valid for 26280 hours by default", path)
    elif (number({"hours": hours}, "hours") or 0) > MOST_HOURS:
        yield Fault(f"valid for {hours} hours", path)
