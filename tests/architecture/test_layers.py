"""Who may import whom: the picture of the README, kept by a machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
PACKAGES = ("environments", "components", "stacks", "policies", "scripts")


def test_the_import_contracts_are_kept() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_one_module_names_the_engine() -> None:
    naming = {
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        if {"cdktn", "cdktf", "constructs", "jsii"} & set(_imported(file))
    }

    assert naming == {"components/cdk.py"}


def test_every_module_says_what_question_it_answers() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for package in (*PACKAGES, "tests")
        for file in (ROOT / package).rglob("*.py")
        if file.read_text(encoding="utf-8").strip() and not ast.get_docstring(_tree(file))
    ]

    assert silent == []


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(_tree(file)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))
