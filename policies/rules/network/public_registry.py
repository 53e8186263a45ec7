"""Registry that everybody can reach

Why: images of inference services hold code and often weights; with a public endpoint a
    leaked robot account is enough to pull, or to push what the fleet will run.
Fix: use the endpoint inside the network; a public one with an access list of your networks.

Bad (terraform):
    {"resource": {"tencentcloud_tcr_instance": {"main": {"open_public_operation": true}}}}
Good (terraform):
    {"resource": {"tencentcloud_tcr_instance": {"main": {"open_public_operation": false}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.ingress import EVERYWHERE
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN, is_true

ENTRIES = (
    "volcengine_cr_endpoint_acl_policy",
    "volcenginecc_cr_endpoint_acl_policy",
    "alicloud_cr_endpoint_acl_policy",
)
TENCENT, VOLCANO = "tencentcloud_tcr_instance", "volcengine_cr_endpoint"


@rule(Severity.HIGH, judges=Resource, types=(TENCENT, VOLCANO, *ENTRIES))
def check(registry: Resource, fleet: Fleet) -> Iterator[Fault]:
    """An access list that holds everybody, or a public endpoint without one."""
    if registry.type in ENTRIES:
        yield from _entry(registry)
    elif registry.type == TENCENT:
        yield from _tencent(registry)
    else:
        yield from _volcano(registry, fleet)


def _entry(registry: Resource) -> Iterator[Fault]:
    path, entry = fields.one(registry, ("entry",))
    if entry is UNKNOWN:
        yield Fault("the access list is known after an apply only", path, "unknown")
    elif entry in EVERYWHERE:
        yield Fault("the access list of the public endpoint holds everybody", path)


def _tencent(registry: Resource) -> Iterator[Fault]:
    path, on = fields.one(registry, ("open_public_operation",))
    if on is UNKNOWN:
        yield Fault("open_public_operation is known after an apply only", path, "unknown")
        return
    networks = list(fields.every(registry, ("security_policy", "cidr_block")))
    everybody = [where for where, network in networks if network in EVERYWHERE]
    if is_true(on) and (everybody or networks[0][1] is ABSENT):
        yield Fault("everybody reaches the public endpoint", everybody[0] if everybody else path)


def _volcano(endpoint: Resource, fleet: Fleet) -> Iterator[Fault]:
    path, on = fields.one(endpoint, ("enabled",))
    if on is UNKNOWN:
        yield Fault("enabled is known after an apply only", path, "unknown")
    elif is_true(on) and not _has_list(endpoint, fleet):
        yield Fault("the public endpoint has no access list", path)


def _has_list(endpoint: Resource, fleet: Fleet) -> bool:
    lists = fleet.resources(*ENTRIES[:2])
    return any(entry.body.get("registry") == endpoint.body.get("registry") for entry in lists)
