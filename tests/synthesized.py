"""Stacks as Terraform JSON, for tests: built by the very app that is deployed."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from components import cdk
from components.clouds.embedded.twin import twin_of
from environments import load
from stacks import app
from stacks.names import Layer, StackName
from stacks.request import Charts, Order

STATES = Path("/states")


def order(environment: str, *, twin: bool = False, charts: Charts = "repository") -> Order:
    """An environment that comes with the project, with its states in `/states`."""
    loaded = load.load(environment)
    return Order(
        environment=twin_of(loaded.environment) if twin else loaded.environment,
        demand=loaded.demand,
        state=STATES / environment,
        charts=charts,
    )


def stacks(*orders: Order) -> dict[str, dict[str, Any]]:
    """The Terraform JSON of each stack, by name."""
    with tempfile.TemporaryDirectory() as directory:
        app.build(*orders, outdir=Path(directory)).synth()
        return read(Path(directory))


def layer(order: Order, cluster: str, layer: Layer) -> dict[str, Any]:
    """The Terraform JSON of one layer of one cluster alone: a fifth of the work of all."""
    name = StackName(environment=order.environment.name, cluster=cluster, layer=layer)
    with tempfile.TemporaryDirectory() as directory:
        alone = cdk.App(outdir=directory, stack_traces=False)
        app.layer(alone, order, name)
        alone.synth()
        return read(Path(directory))[str(name)]


def read(out: Path) -> dict[str, dict[str, Any]]:
    """The Terraform JSON that an app has written below `out`."""
    files = sorted(out.glob("stacks/*/cdk.tf.json"))
    return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def readable(stack: Any) -> Any:
    """Without the engine's notes, and with text that is YAML as what it says."""
    match stack:
        case dict():
            kept = {key: readable(value) for key, value in stack.items() if key != "//"}
            if "yaml_body" in kept:
                kept["yaml_body"] = json.loads(_unescaped(kept["yaml_body"]))
            if "values" in kept:
                kept["values"] = [yaml.safe_load(_unescaped(text)) for text in kept["values"]]
            return kept
        case list():
            return [readable(item) for item in stack]
        case _:
            return stack


def outputs_read(stack: dict[str, Any], layer: str) -> set[str]:
    """The names of the outputs of another layer that the stack's expressions read."""
    found = re.findall(
        rf"data\.terraform_remote_state\.{layer}\.outputs\.([A-Za-z_][A-Za-z0-9_-]*)",
        json.dumps(stack),
    )
    return set(found)


def strangers(stack: dict[str, Any]) -> set[str]:
    """Addresses of resources that the stack's expressions name and that it does not have."""
    own = {
        f"{prefix}{kind}.{name}"
        for prefix, part in (("", "resource"), ("data.", "data"))
        for kind, named in stack.get(part, {}).items()
        for name in named
    }
    named = re.findall(
        r"(?:data\.)?\b(?:alicloud|tencentcloud|volcengine|volcenginecc|terraform)"
        r"_[a-z0-9_]+\.[A-Za-z0-9_-]+",
        " ".join(_expressions(stack)),
    )
    return set(named) - own


def _expressions(value: Any) -> Iterator[str]:
    match value:
        case str() if "${" in value.replace("$${", ""):
            yield value
        case dict():
            for held in value.values():
                yield from _expressions(held)
        case list():
            for held in value:
                yield from _expressions(held)


def _unescaped(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{")
