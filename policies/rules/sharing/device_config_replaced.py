"""HAMi device configuration replaced instead of amended

Why: `device-config.content` is not merged with the chart's own file. What it leaves out is gone:
    without resource names the webhook knows no `nvidia.com/gpu`, and pods wait for ever on the
    default scheduler without any error (measured).
Fix: give the whole file, `nvidia.resourceCountName` and its neighbours included, or leave it out

Bad (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["device-config: {content: 'nvidia: {migProfileAllowlist: []}'}"]
    }}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {
      "chart": "hami",
      "values": ["devicePlugin: {deviceSplitCount: 10}"]
    }}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import hami
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

NEEDED = (
    "resourceCountName",
    "resourceMemoryName",
    "resourceCoreName",
    "deviceSplitCount",
)
"""Keys of the NVIDIA part without which HAMi does not work."""


@rule(Severity.HIGH, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """A text of one's own that lacks what the chart's has."""
    content = chart.get("device-config", "content")
    if not content:
        return
    text = content if isinstance(content, str) else str(content)
    missing = [key for key in NEEDED if key.lower() not in text.lower()]
    if missing:
        yield Fault(
            f"device-config.content replaces the whole file and has no {', '.join(missing)}",
            ("values", "device-config", "content"),
        )
