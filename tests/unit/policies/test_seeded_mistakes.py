"""A mistake is found at its line, and nothing else is: one for each of many rules.

Each is made in a copy of something in which all rules together find nothing.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from environments import load
from scripts import main
from scripts.linting import synthesized

HERE = Path(__file__).parent
SOUND = HERE / "sound"
SEEDS = yaml.safe_load((HERE / "seeds.yaml").read_text())
OPTIONS = {"cdk.tf.json": "--terraform", "manifests.yaml": "--manifests", "plan.json": "--plan"}


@pytest.fixture
def lint(capsys, tmp_path, monkeypatch):
    """What is found in a file of the current directory: rule and line of each finding."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(synthesized, "KEPT", tmp_path / "kept")

    def found(name: str) -> list[tuple[str, int]]:
        option = [OPTIONS[name], name] if name in OPTIONS else [f"./{name}", "--no-synth"]
        main.run(["lint", *option, "--format", "json", "--today", "2026-11-22"])
        findings = json.loads(capsys.readouterr().out)["findings"]
        return [(f["rule"], f["place"]["line"]) for f in findings if not f["waiver"]]

    return found


def copied(name: str, folder: Path) -> Path:
    """A copy of a sound file, or of a reference environment with its demand."""
    if name in OPTIONS:
        return Path(shutil.copy(SOUND / name, folder / name))
    source = load.find(name.removesuffix(".yaml"))
    (folder / "demand").mkdir(exist_ok=True)
    shutil.copy(source.parent / "demand" / name, folder / "demand" / name)
    return Path(shutil.copy(source, folder / name))


@pytest.mark.parametrize("name", [*OPTIONS, "production.yaml"])
def test_nothing_is_found_in_what_is_sound(lint, tmp_path, name):
    copied(name, tmp_path)

    assert lint(name) == []


@pytest.mark.parametrize("rule", SEEDS)
def test_a_mistake_is_found_at_its_line_and_nothing_else_is(lint, tmp_path, rule):
    seed = SEEDS[rule]
    file = copied(seed["in"], tmp_path)
    before = file.read_text()
    text = replaced(before, seed["from"], seed["to"])
    if "and" in seed:
        text = replaced(text, *seed["and"])
    file.write_text(text)
    at = text.index(seed["blames"]) if "blames" in seed else before.index(seed["from"])

    assert lint(seed["in"]) == [(rule, text[:at].count("\n") + 1)]


def test_there_are_seventy_mistakes():
    assert len(SEEDS) >= 70


def replaced(text: str, before: str, after: str) -> str:
    """The text with what stands there once replaced."""
    assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times"
    return text.replace(before, after)
