"""Device plugin that does not look whether cards are well

Why: with the health checks off, a card that fell off the bus is handed out again and again: each
    pod that gets it dies, and its replacement gets it too.
Fix: take `DP_DISABLE_HEALTHCHECKS` out, or list only the XIDs that are known to be harmless

Bad (manifest):
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: nvidia-device-plugin}
    spec:
      template:
        spec:
          containers: [{name: plugin, env: [{name: DP_DISABLE_HEALTHCHECKS, value: all}]}]
Good (manifest):
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: nvidia-device-plugin}
    spec:
      template:
        spec:
          containers: [{name: plugin, env: [{name: DP_DISABLE_HEALTHCHECKS, value: "109"}]}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Manifest


@rule(Severity.HIGH, judges=Manifest, types=("DaemonSet",))
def check(plugin: Manifest, fleet: Fleet) -> Iterator[Fault]:
    """All checks are off."""
    for pod in plugin.pods():
        for path, container in pod.containers():
            for at, entry in enumerate(values.sequence(container, "env")):
                off = values.text(entry, "value").lower().split(",")
                is_switch = values.text(entry, "name") == "DP_DISABLE_HEALTHCHECKS"
                if is_switch and {"all", "xids"} & {word.strip() for word in off}:
                    yield Fault("nobody notices a broken card", (*path, "env", at))
