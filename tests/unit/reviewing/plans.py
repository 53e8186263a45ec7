"""Plans as JSON, written by hand, and their reviews."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from policies.review.review import Review
from scripts.reviewing import run


def plan(changes: Iterable[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """A plan of Terraform."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.14.0",
        "resource_changes": list(changes),
        "applyable": True,
        "complete": True,
        "errored": False,
        **more,
    }


def change(name: str, *actions: str, before: Any = None, after: Any = None) -> dict[str, Any]:
    """One change of a resource without a provider of its own."""
    reason = {"action_reason": "delete_because_no_resource_config"} if "delete" in actions else {}
    return {
        "address": f"terraform_data.{name}",
        "mode": "managed",
        "type": "terraform_data",
        "name": name,
        "provider_name": "terraform.io/builtin/terraform",
        "change": {
            "actions": list(actions),
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": {},
            "after_sensitive": {},
        },
        **reason,
    }


def created(*names: str) -> dict[str, Any]:
    """A plan that makes some things."""
    return plan(change(name, "create", after={"input": name}) for name in names)


def review(folder: Path, content: dict[str, Any], environment: str = "") -> Review:
    """What `fleet review` makes of it."""
    file = folder / "plan-of-it.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    found = run.run([file], None, dt.date(2026, 11, 22)).review
    return msgspec.structs.replace(found, environment=environment)
