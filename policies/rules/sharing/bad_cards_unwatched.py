"""HAMi told not to look whether cards are well

Why: with the health checks off, a card that fell off the bus is handed out again and again: each
    pod that gets it dies, and its replacement gets it too.
Fix: take `DP_DISABLE_HEALTHCHECKS` out, or list only the XIDs that are known to be harmless

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "devicePlugin: {extraEnvs: [{name: DP_DISABLE_HEALTHCHECKS, value: all}]}"]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "values": [
      "devicePlugin: {extraEnvs: [{name: DP_DISABLE_HEALTHCHECKS, value: '109'}]}"]}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

PLACE = ("devicePlugin", "extraEnvs")


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """All checks are off."""
    for entry in values.sequence(chart.values, *PLACE):
        off = values.text(entry, "value").lower().split(",")
        is_switch = values.text(entry, "name") == "DP_DISABLE_HEALTHCHECKS"
        if is_switch and {"all", "xids"} & {word.strip() for word in off}:
            yield Fault("nobody notices a broken card", ("values", *PLACE))
