"""Public API server that whole networks may reach

Why: an allow-list of a range that a provider rents out is open to whoever rents a machine in it.
    Offices and runners have a handful of addresses.
Fix: name the addresses of your offices and runners

Bad (environment):
    clusters:
      infer:
        cloud:
          provider: tencentcloud
          region: ap-shanghai
          zones: [ap-shanghai-4]
          api: {public: true, allow: [43.0.0.0/8]}
        kubernetes: "1.32"
        pools:
          h20: {instance_types: [PNV6.96XLARGE2304], selector: null}
Good (environment):
    clusters:
      infer:
        cloud:
          provider: tencentcloud
          region: ap-shanghai
          zones: [ap-shanghai-4]
          api: {public: true, allow: [203.0.113.16/28]}
        kubernetes: "1.32"
        pools:
          h20: {instance_types: [PNV6.96XLARGE2304], selector: null}
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from environments.model import Public
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Cluster, Fleet

WIDEST = 20
"""Prefix length of what one company has, at most: 4,096 addresses."""


@rule(Severity.MEDIUM, judges=Cluster)
def check(cluster: Cluster, fleet: Fleet) -> Iterator[Fault]:
    """A range of the internet that is larger than a company's."""
    cloud = cluster.cluster.cloud
    for at, written in enumerate(cloud.api.allow if isinstance(cloud, Public) else ()):
        allowed = IPv4Network(written, strict=False)
        if allowed.prefixlen < WIDEST and not allowed.is_private:
            said = f"{allowed.num_addresses:,} addresses may reach the API server"
            yield Fault(said, ("cloud", "api", "allow", at))
