"""Operating system left to an old default

Why: TKE takes tlinux2.4 (CentOS 7, 2014) when nothing is written: its kernel is too old for
    today's drivers, and changing the image later rebuilds the machines.
Fix: write `node_os` (`cluster_os`) with the id of an image, `img-...`, which is also what the
    provider reads back.

Bad (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"name": "h20"}}}}
Good (terraform):
    {"resource": {"tencentcloud_kubernetes_node_pool": {"h20": {"node_os": "img-1tmhysjj"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import fields
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource
from policies.values import ABSENT

FIELDS: fields.Fields = {
    fields.TKE: ("node_os",),
    "tencentcloud_kubernetes_cluster": ("cluster_os",),
}
OLD = ("tlinux2", "tlinux1", "centos6", "centos7", "ubuntu14", "ubuntu16")


@rule(Severity.MEDIUM, judges=Resource, types=tuple(FIELDS))
def check(machines: Resource, fleet: Fleet) -> Iterator[Fault]:
    """No operating system, or one that is over."""
    path, system = fields.of(machines, FIELDS)
    if system is ABSENT:
        yield Fault(f"no {path[-1]}: the machines run tlinux2.4", path)
    elif isinstance(system, str) and system.lower().startswith(OLD):
        yield Fault(f"{system} is too old for today's drivers", path)
