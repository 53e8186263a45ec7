"""What the providers themselves say of their resources: schemas, limits, planned actions.

The files lie beside the checkout and are no part of the product; without them
these tests are skipped.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCHEMAS = Path(__file__).parents[3] / "shared" / "data" / "schemas"

needed = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="the providers' schemas are not beside this checkout"
)


@cache
def providers() -> dict[str, Any]:
    """The schema file of each provider, by its short name."""
    found = {}
    for file in sorted(SCHEMAS.glob("*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        if "resource_schemas" in document:
            found[document["provider"]] = document
    return found


@cache
def limits() -> dict[str, Any]:
    """What each resource's settable paths take, beyond their type, by resource type."""
    document = json.loads((SCHEMAS / "behaviours.json").read_text(encoding="utf-8"))
    return {name: resource["attributes"] for name, resource in document["resources"].items()}


@cache
def probes() -> dict[str, list[dict[str, Any]]]:
    """Single edits and the action that was planned for each, by provider."""
    document = json.loads((SCHEMAS / "update_probes.json").read_text(encoding="utf-8"))
    found: dict[str, list[dict[str, Any]]] = document["probes"]
    return found


def block_of(kind: str, resource: str) -> Any:
    """The schema of a resource or data source; None where no provider has it."""
    for document in providers().values():
        if resource in document[f"{kind}_schemas"]:
            return document[f"{kind}_schemas"][resource]["block"]
    return None
