"""Stacks as Terraform JSON, for tests: built by the very app that is deployed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import yaml

from components.clouds.embedded.twin import twin_of
from environments import load
from stacks import app
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


def _unescaped(text: str) -> str:
    return text.replace("$${", "${").replace("%%{", "%{")
