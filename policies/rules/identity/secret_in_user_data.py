r"""Secret in a script of the machines

Why: user data is readable by every process on the machine through the metadata service, by
    everybody who may see the console, and it stands in the state.
Fix: fetch the secret at start with the machine's own role, or hand it out as a Kubernetes
    secret; and change the one that was written down.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "user_data": "docker login -u ci -p Tr0ub4dor registry.example.com"}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"h20": {
      "user_data": "docker login -u ci -p \"$(fetch-token)\" registry.example.com"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields, secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import UNKNOWN

SCRIPTS: dict[str, tuple[tuple[str, ...], ...]] = {
    fields.VKE_OLD: (("node_config", "initialize_script"), ("node_config", "pre_script")),
    fields.VKE: (("node_config", "initialize_script"), ("node_config", "pre_script")),
    fields.TKE: (("node_config", "user_data"), ("node_config", "pre_start_user_script")),
    fields.TKE_NATIVE: (
        ("native", "lifecycle", "pre_init"),
        ("native", "lifecycle", "post_init"),
    ),
    fields.ACK: (("user_data",), ("pre_user_data",)),
    "alicloud_instance": (("user_data",),),
    "tencentcloud_instance": (("user_data",), ("user_data_raw",)),
    "volcengine_ecs_instance": (("user_data",),),
    "volcenginecc_ecs_instance": (("user_data",),),
}


@rule(Severity.CRITICAL, judges=Resource, types=tuple(SCRIPTS))
def check(machines: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Something in the script, as text or in base64, has the form of a secret."""
    for field in SCRIPTS[machines.type]:
        path, script = fields.one(machines, field)
        if script is UNKNOWN:
            # What Terraform puts together shows its literal parts.
            script = _raw(machines, field)
        if isinstance(script, str) and (kind := secrets.in_script(script)):
            yield Fault(f"{path[-1]} holds {kind}", path)


def _raw(machines: Resource, field: tuple[str, ...]) -> object:
    body: object = machines.body
    for step in field:
        if isinstance(body, list):
            body = body[0] if body else None
        body = body.get(step) if isinstance(body, dict) else None
    return body
