"""Chart from a repository without TLS

Why: whoever stands on the way (a proxy, a hotel, a neighbour) puts what they like into the
    cluster, with the rights of the one who applies.
Fix: use https:// or oci://.

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.10.0",
      "repository": "http://charts.example.com"}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "version": "2.10.0",
      "repository": "https://charts.example.com"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_expression

LOOPBACK = ("http://localhost", "http://127.", "http://[::1]")


@rule(Severity.HIGH, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The repository, or the chart's own address, is http:// and not this machine."""
    for path, url in (("repository", chart.repository), ("name", chart.name)):
        plain = url.lower().startswith("http://") and not url.lower().startswith(LOOPBACK)
        if plain:
            yield Fault(f"{secrets.without_password(chart.name)} comes over plain http", (path,))
        elif is_expression(url) and url.lstrip().startswith("${"):
            yield Fault(f"the {path} is known after an apply only", (path,), "unknown")
