"""What does a change of a pool do on each cloud? Makes `environments/replacements.yaml`.

    python -m scripts.replacement_map [--schemas PATH] [--check]

Every key of a pool is changed in a small fleet of each cloud; both fleets are
synthesized, and the difference is read with `behaviours.json`, which says what
replaces a resource. Run it when a node pool is built otherwise, or a provider moves.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from environments import invariants
from environments.demand import Demand
from environments.model import Environment
from environments.quantity import decode, encode
from scripts.generate_bindings import ROOT, SCHEMAS
from scripts.replacements import edits, effects
from scripts.replacements.edits import Edit
from stacks import app
from stacks.request import Order

FILE = ROOT / "environments" / "replacements.yaml"
HEAD = """\
# What a change of a pool does on each cloud; the words are in `replacements.py`.
# Made by `python -m scripts.replacement_map`; never edited.
rows:
"""


def text(schemas: Path) -> str:
    """The whole file."""
    document = json.loads((schemas / "behaviours.json").read_text(encoding="utf-8"))
    columns = {cloud: _column(cloud, document["resources"]) for cloud in edits.CLOUDS}
    lines = [HEAD]
    for index, edit in enumerate(edits.edits("volcengine")):
        lines.append(f"  - key: {edit.key}\n    change: {edit.change}\n    effects:\n")
        for cloud, column in columns.items():
            action, because = column[index]
            told = f", because: [{', '.join(because)}]" if because else ""
            lines.append(f"      {cloud}: {{action: {action}{told}}}\n")
    return "".join(lines)


def _column(cloud: str, behaviours: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [_effect(cloud, edit, behaviours) for edit in edits.edits(cloud)]


def _effect(cloud: str, edit: Edit, behaviours: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The action, and what forces it."""
    before, after = (
        edits.fleet(cloud, {edits.POOL: changes}) for changes in (edit.before, edit.after)
    )
    if any(True for fleet in (before, after) for _ in invariants.faults(fleet)):
        return "refused", ()
    found = effects.changes(_resources(before), _resources(after), behaviours)
    forced = [change for change in found if change.planned == "replace"]
    if any(not change.beside for change in forced):
        return "replace", _because(change for change in forced if not change.beside)
    if forced:
        return "new_pool", _because(forced)
    return ("in_place" if any(it.planned == "in_place" for it in found) else "nothing"), ()


def _because(changes: Any) -> tuple[str, ...]:
    return tuple(sorted({path for change in changes for path in change.paths or (change.address,)}))


def _resources(environment: Environment) -> dict[str, dict[str, Any]]:
    """What the cluster layer of the fleet holds."""
    return _synthesized(msgspec.json.encode(environment, enc_hook=encode))


@cache
def _synthesized(written: bytes) -> dict[str, dict[str, Any]]:
    """The same few fleets are compared with again and again."""
    environment = msgspec.json.decode(written, type=Environment, dec_hook=decode)
    order = Order(environment=environment, demand=Demand(), state=Path("/states"), charts=None)
    with tempfile.TemporaryDirectory() as directory:
        app.build(order, outdir=Path(directory)).synth()
        stack = f"{environment.name}-{edits.CLUSTER}-cluster"
        file = Path(directory) / "stacks" / stack / "cdk.tf.json"
        found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["resource"]
    return found


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or with `--check` say whether it is stale."""
    parser = argparse.ArgumentParser(prog="replacement_map")
    parser.add_argument("--schemas", type=Path, default=SCHEMAS)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    options = parser.parse_args(arguments)
    made = text(options.schemas)
    if FILE.is_file() and FILE.read_text(encoding="utf-8") == made:
        return 0
    print(f"{FILE.relative_to(ROOT)}: {'stale' if options.check else 'written'}")
    if not options.check:
        FILE.write_text(made, encoding="utf-8")
    return 1 if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
