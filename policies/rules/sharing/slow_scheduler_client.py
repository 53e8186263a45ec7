"""HAMi scheduler held at half a pod a second

Why: the extender's client may send 5 requests a second unless told otherwise. That is 0.6 pods a
    second on a fleet of any size, and after a restart 1,000 nodes are back after half an hour
    (measured).
Fix: add `--kube-qps=200` and `--kube-burst=400` to `scheduler.extender.extraArgs`

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {replicas: 2}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {extender: {extraArgs: [-v=2, --kube-qps=200, --kube-burst=400]}}"]
    }}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

LEAST = 50
"""Requests a second: about five pods."""
_RATE = re.compile(r"(?:^|\s)--?kube-qps[=\s]+(\S+)")


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """The limit is the default, or not far from it."""
    arguments = values.sequence(chart.values, "scheduler", "extender", "extraArgs")
    given = _RATE.findall(" ".join(str(argument) for argument in arguments))
    rates = [values.number(rate) for rate in given]
    if not rates or (rates[-1] is not None and rates[-1] < LEAST):
        said = "the default of 5" if not rates else f"{rates[-1]:g}"
        yield Fault(
            f"the extender may send {said} requests a second: about a tenth as many pods",
            ("values", "scheduler", "extender", "extraArgs"),
            "fail" if rates else hami.verdict(chart),
        )
