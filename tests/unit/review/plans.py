"""The plans that tests review, and how they are reviewed without an environment."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from scripts import main
from scripts.reviewing import markdown, run
from scripts.reviewing.markdown import Extras
from scripts.reviewing.run import Reviewed

FOLDER = Path(__file__).parents[2] / "fixtures" / "plans"
TODAY = dt.date(2026, 11, 22)


def fixtures() -> dict[str, list[Path]]:
    """Every fixture by name: one plan, or those of a folder, which are reviewed together."""
    found = {file.stem: [file] for file in [*FOLDER.glob("*.json"), *FOLDER.glob("by-hand/*.json")]}
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name != "by-hand":
            found[folder.name] = sorted(folder.glob("*.json"))
    return dict(sorted(found.items()))


def reviewed(paths: Iterable[Path]) -> Reviewed:
    """The review of plans that belong to no environment."""
    return run.run(list(paths), None, TODAY)


def told(found: Reviewed) -> str:
    """Its comment, as a pull request shows it."""
    return markdown.render(found.review, Extras(findings=found.findings, version="test"))


def plan(*changes: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Plan JSON with these changes of resources."""
    return {"format_version": "1.2", "resource_changes": list(changes), "complete": True, **parts}


def change(address: str, actions: list[str], before: Any, after: Any, **inner: Any) -> Any:
    """One change of a resource; `inner` goes beside `before` and `after`."""
    kind, name = address.partition("[")[0].rsplit(".", 2)[-2:]
    body = {"actions": actions, "before": before, "after": after, **inner}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": body}


def written(folder: Path, content: Any, name: str = "stack") -> Path:
    """The plan as a file."""
    file = folder / f"{name}.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


class Result(NamedTuple):
    """What a person sees of a command."""

    stdout: str
    stderr: str
    exit_code: int


def fleet(*arguments: str | Path) -> Result:
    """`fleet review` as a person calls it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(["review", *map(str, arguments)])
    return Result(out.getvalue(), err.getvalue(), code)
