"""Chart without an exact version

Why: HAMi, the NVIDIA plugin and the exporters decide who gets a card; without a version the
    day of the apply chooses, and a plan of yesterday is not what happens today.
Fix: write the exact version of the chart.

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"name": "hami", "chart": "hami",
      "repository": "https://project-hami.github.io/HAMi/"}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"name": "hami", "chart": "hami",
      "repository": "https://project-hami.github.io/HAMi/", "version": "2.10.0"}}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import is_expression

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_LOCAL = re.compile(r"(?:\.{0,2}/|~/).*|.*\.tgz")


@rule(Severity.HIGH, judges=Chart)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """No version, or a range of them. A chart from a directory has its own."""
    if _LOCAL.fullmatch(chart.name) and not chart.name.startswith("oci:"):
        return
    name = secrets.without_password(chart.name)
    if is_expression(chart.version) or is_expression(chart.name):
        yield Fault("the chart's version is known after an apply only", ("version",), "unknown")
    elif not chart.version:
        yield Fault(f"any version of {name} will do", ("version",))
    elif not _EXACT.fullmatch(chart.version):
        yield Fault(f'"{chart.version}" of {name} is a range', ("version",))
