"""The Terraform of every environment, whole: what a change of code changes is seen in review."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import synthesized

HERE = Path(__file__).parent
UPDATE = "GPU_FLEET_UPDATE_GOLDEN"
COMMAND = f"{UPDATE}=1 python -m pytest tests/golden"

CASES = {
    "lab": synthesized.order("lab"),
    "lab-twin": synthesized.order("lab", twin=True, charts=None),
    "staging": synthesized.order("staging"),
    "production": synthesized.order("production"),
    "expansion": synthesized.order("expansion"),
}

ADDED = {"expansion": "expansion-ali-infer-"}
"""What is looked at of an environment that is another one and something more."""


@pytest.mark.parametrize("case", CASES)
def test_the_terraform_of_an_environment_is_as_it_was_reviewed(case: str) -> None:
    written = {
        name: _text(synthesized.readable(stack))
        for name, stack in synthesized.stacks(CASES[case]).items()
        if name.startswith(ADDED.get(case, ""))
    }
    folder = HERE / case
    if os.environ.get(UPDATE):
        _update(folder, written)

    reviewed = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}

    assert sorted(written) == sorted(reviewed), f"other stacks than reviewed; {COMMAND}"
    for name, text in written.items():
        assert text == reviewed[name], f"{name} is not as reviewed; look at the change: {COMMAND}"


def _text(stack: Any) -> str:
    return json.dumps(stack, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _update(folder: Path, written: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.json"):
        if stale.stem not in written:
            stale.unlink()
    for name, text in written.items():
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
