"""HAMi in two releases of one cluster

Why: two schedulers keep their own books of the same cards, their services want the same fixed
    NodePorts, and HAMi's DRA driver beside its device plugin hands each card out a second time.
Fix: keep one release; choose by cluster between HAMi and HAMi-DRA

Bad (terraform):
    {"resource": {"helm_release": {
      "hami": {"name": "hami", "chart": "hami"},
      "dra": {"name": "hami-dra", "chart": "hami-dra"}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"name": "hami", "chart": "hami"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

CHARTS = ("hami", "hami-dra")


@rule(Severity.HIGH, judges=Chart, types=CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A second release in the cluster; of two, the later is told."""
    there = [one for one in fleet.of(Chart, *CHARTS) if one.cluster == chart.cluster]
    for other in there:
        if other is chart:
            return
        related = Related(message="the first", place=other.place(("name",)))
        said = f"{other.release or other.name} cuts the cards of this cluster already"
        yield Fault(said, ("name",), detail=other.address, related=(related,))
        return
