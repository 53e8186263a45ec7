"""Container runtime left to a default, or Docker

Why: TKE's default depends on the version of the day, and the field replaces the cluster when
    it changes; HAMi and DRA need containerd.
Fix: write `container_runtime = "containerd"` (ACK: `runtime_name`).

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_cluster": {"infer": {"cluster_name": "infer"}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_cluster": {"a": {"container_runtime": "containerd"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT, UNKNOWN

FIELDS: fields.Fields = {
    "tencentcloud_kubernetes_cluster": ("container_runtime",),
    fields.ACK: ("runtime_name",),
}
MUST_BE_WRITTEN = {"tencentcloud_kubernetes_cluster"}


@rule(Severity.MEDIUM, judges=Resource, types=tuple(FIELDS))
def check(machines: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Not containerd. ACK's default is containerd since 1.24."""
    path, runtime = fields.of(machines, FIELDS)
    if runtime is UNKNOWN:
        yield Fault(f"{path[-1]} is known after an apply only", path, "unknown")
    elif runtime is ABSENT and machines.type in MUST_BE_WRITTEN:
        yield Fault("the container runtime is chosen by the cloud", path)
    elif isinstance(runtime, str) and runtime.lower().startswith("docker"):
        yield Fault("Docker serves neither HAMi nor DRA", path)
