"""Port of the machines open to the internet

Why: SSH, the kubelet, node ports, etcd and the exporters of a GPU machine are found by
    scanners within minutes, and a taken GPU machine pays the taker from the first hour.
Fix: let in your own networks only; publish services through a load balancer on 80 and 443.

Bad (terraform):
    {"resource": {"alicloud_security_group_rule": {"ssh": {"type": "ingress",
      "ip_protocol": "tcp", "port_range": "22/22", "cidr_ip": "0.0.0.0/0"}}}}
Good (terraform):
    {"resource": {"alicloud_security_group_rule": {"ssh": {"type": "ingress",
      "ip_protocol": "tcp", "port_range": "22/22", "cidr_ip": "10.0.0.0/8"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.ingress import TYPES, Ingress, ingress
from policies.rule import Fault, rule
from policies.subject import Fleet, Resource

SENSITIVE = {
    (22, 22): "SSH",
    (2375, 2380): "the container engine and etcd",
    (6443, 6443): "the API server",
    (9090, 9100): "Prometheus and the node exporter",
    (9400, 9400): "the DCGM exporter",
    (10250, 10259): "the kubelet and the control plane",
    (30000, 32767): "node ports",
}


@rule(Severity.CRITICAL, judges=Resource, types=TYPES)
def check(group: Resource, fleet: Fleet) -> Iterator[Fault]:
    """Everybody may reach a port that is for us alone."""
    for let_in in ingress(group):
        if let_in.source is None or (let_in.from_everywhere and let_in.ports is None):
            message = "whom this rule lets in is known after an apply only"
            yield Fault(message, let_in.path, "unknown")
        elif let_in.from_everywhere and (reached := _reached(let_in)):
            yield Fault(f"{let_in.source} reaches {', '.join(reached)}", let_in.path)


def _reached(let_in: Ingress) -> list[str]:
    return [
        name
        for (low, high), name in SENSITIVE.items()
        if any(first <= high and last >= low for first, last in let_in.ports or ())
    ]
