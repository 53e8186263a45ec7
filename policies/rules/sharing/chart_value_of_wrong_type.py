"""HAMi chart value of a type that means something else

Why: the chart checks no types. Text in the place of a switch is on whatever it says, so
    `"false"` switches on; a map in the place of a list breaks the rendering.
Fix: write switches without quotes, `scheduler.overwriteEnv` and `devicePlugin.disablecorelimit` as
    text in quotes, and `extraEnvs` and `tolerations` as lists

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {leaderElect: 'false'}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["scheduler: {leaderElect: false}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet
from policies.values import ABSENT

WEBHOOK = ("scheduler", "admissionWebhook")
SWITCHES = (
    ("scheduler", "leaderElect"),
    ("scheduler", "kubeScheduler", "enabled"),
    ("scheduler", "forceOverwriteDefaultScheduler"),
    ("scheduler", "certManager", "enabled"),
    ("scheduler", "patch", "enabled"),
    (*WEBHOOK, "enabled"),
    (*WEBHOOK, "customURL", "enabled"),
    (*WEBHOOK, "manageNamespaceSelector"),
    ("devicePlugin", "enabled"),
    ("devicePlugin", "createRuntimeClass"),
    ("devicePlugin", "enableNumaTopology"),
    ("global", "managedNodeSelectorEnable"),
    ("mockDevicePlugin", "enabled"),
)
LISTS = (
    ("devicePlugin", "extraEnvs"),
    ("devicePlugin", "monitor", "extraEnvs"),
    ("devicePlugin", "tolerations"),
    ("scheduler", "tolerations"),
    ("scheduler", "extender", "extraArgs"),
    ("scheduler", "kubeScheduler", "extraNewArgs"),
    (*WEBHOOK, "whitelistNamespaces"),
)


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """Text for a switch, or something else for a list."""
    for path in SWITCHES:
        value = chart.get(*path)
        if isinstance(value, str):
            yield Fault(f'{".".join(path)} is text, which is on: "{value}"', ("values", *path))
    for path in LISTS:
        value = chart.get(*path)
        if value is not ABSENT and value and not isinstance(value, list):
            yield Fault(f"{'.'.join(path)} must be a list", ("values", *path))
