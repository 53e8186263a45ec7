"""Password of the machines in the code

Why: one password opens every machine of the pool, stands in the state, and cannot be taken
    back from those who read it.
Fix: use a key pair (`key_ids`, `key_name`, `ssh_key_pair_name`), or the cloud's session
    manager and no login at all.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"password": "Tr0ub4dor&3"}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {"key_name": "fleet"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource

PASSWORDS: fields.Fields = {
    fields.VKE_OLD: ("node_config", "security", "login", "password"),
    fields.VKE: ("node_config", "security", "login", "password"),
    fields.TKE: ("auto_scaling_config", "password"),
    fields.ACK: ("password",),
    "alicloud_cs_managed_kubernetes": ("password",),
    "volcengine_cr_registry": ("password",),
    "alicloud_cr_ee_instance": ("password",),
}


@rule(Severity.CRITICAL, judges=Resource, types=tuple(PASSWORDS))
def check(machines: Resource, fleet: Fleet) -> Iterator[Fault]:
    """A literal password. One from a variable is somebody else's to keep."""
    path, password = fields.of(machines, PASSWORDS)
    if secrets.is_written(password):
        yield Fault("the password is written down", path)
