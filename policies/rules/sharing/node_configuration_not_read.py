r"""Configuration of single nodes that HAMi does not read

Why: an error in this JSON is only logged, unknown keys are passed over, `migstrategy` is read by
    nobody, `mps` does nothing, and a name must equal the node's exactly: the node then runs with
    settings that nobody wrote.
Fix: write JSON with `nodeconfig[].name` equal to a node's name and the keys that HAMi reads

Bad (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "set": [{
      "name": "devicePlugin.nodeConfiguration.config",
      "value": "{\"nodeconfig\": [{\"name\": \"gpu-*\", \"devicesplitcount\": 5}]}"
    }]}}}}
Good (terraform):
    {"resource": {"helm_release": {"hami": {"chart": "hami", "set": [{
      "name": "devicePlugin.nodeConfiguration.config",
      "value": "{\"nodeconfig\": [{\"name\": \"gpu-1\", \"devicesplitcount\": 5}]}"
    }]}}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from policies import hami, values
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Chart, Fleet

PATH = ("devicePlugin", "nodeConfiguration", "config")
KEYS = {
    "name",
    "operatingmode",
    "devicememoryscaling",
    "devicecorescaling",
    "devicesplitcount",
    "preconfigureddevicememory",
    "libcudaloglevel",
    "enablenumatopology",
    "filterdevices",
    "enablegetpreferredallocation",
}
EXAMPLE = "your-node-name"
"""The chart's own, which is meant to match nothing."""
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@rule(Severity.MEDIUM, judges=Chart, types=hami.CHARTS)
def check(chart: Chart, fleet: Fleet) -> Iterator[Fault]:
    """What in the configuration has no effect."""
    text = chart.get(*PATH)
    if not isinstance(text, str) or not text.strip():
        return
    for said in _unread(text):
        yield Fault(said, ("values", *PATH), detail=said)


def _unread(text: str) -> Iterator[str]:
    try:
        document = msgspec.json.decode(text)
    except msgspec.DecodeError:
        yield "nodeConfiguration.config is no JSON; HAMi logs that and goes on without"
        return
    for node in values.sequence(document, "nodeconfig"):
        name = values.text(node, "name")
        if name == EXAMPLE or not isinstance(node, dict):
            continue
        if not _NAME.fullmatch(name):
            yield f'"{name}" is no name of a node; names are compared whole, without patterns'
        yield from (f'"{name}": {why}' for why in _keys(node))


def _keys(node: dict[str, Any]) -> Iterator[str]:
    for key in node:
        if key not in KEYS:
            yield f"{key} is not read"
    if node.get("operatingmode") not in {None, "hami-core", "mig"}:
        yield f"operatingmode {node['operatingmode']} does nothing; known: hami-core, mig"
