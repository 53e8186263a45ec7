"""How are plans made and kept, so that what was reviewed is what is applied?

A kept plan is two files: Terraform's own, which alone can be applied, and its JSON,
which can be read. Both hold every secret that the plan knows, in clear: they are
readable by their owner only, and nobody should upload them.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from components.controlplane import tools
from components.controlplane.progress import Progress, Silent
from components.terraform import Workspace, ran, told_by
from environments.errors import OutsideError

_INIT = threading.Lock()
"""A plug-in cache is not safe to fill by two at once."""

_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The plan of one stack, or why there is none."""

    stack: str
    seconds: float
    binary: Path | None = None
    document: Path | None = None
    """Its JSON."""
    error: str = ""


def own(*, out: Path, request: Mapping[str, str]) -> Workspace:
    """A workspace on `out` in the shell of whoever calls: their credentials, their providers.

    Only what would make Terraform talk, ask or colour is set.
    """
    variables = {**os.environ, **request, "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    return Workspace(
        out=out.resolve(),
        checkout=Path(__file__).resolve().parent.parent,
        cli=(),
        terraform=tools.terraform(),
        variables=variables,
    )


def keep(
    place: Workspace,
    names: Iterable[str],
    folder: Path,
    *,
    progress: Progress | None = None,
    at_once: int = 2,
) -> Iterator[Kept]:
    """Plans the stacks side by side and keeps each plan below `folder`, as they are done.

    A stack that cannot be planned does not stop the others.
    """
    chosen = tuple(names)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = 0
    with ThreadPoolExecutor(at_once) as pool:
        for future in as_completed([pool.submit(_kept, place, name, folder) for name in chosen]):
            kept = future.result()
            done += 1
            (progress or Silent()).step("plans", done, len(chosen), kept.stack)
            yield kept


def apply(place: Workspace, stack: str, binary: Path) -> None:
    """Applies a kept plan. `OutsideError` with what Terraform said; a stale plan is one case."""
    call = ("apply", "-input=false", "-no-color", str(binary.resolve()))
    said, status = _run(place, stack, *call)
    if status != 0:
        raise OutsideError(f"{stack}: {told_by(said)}")


def _kept(place: Workspace, stack: str, folder: Path) -> Kept:
    start = time.monotonic()
    binary, document = folder / f"{stack}.tfplan", folder / f"{stack}.json"
    for file in (binary, document):
        file.unlink(missing_ok=True)
    error = _plan(place, stack, binary, document)
    seconds = time.monotonic() - start
    if error:
        return Kept(stack=stack, seconds=seconds, error=error)
    return Kept(stack=stack, seconds=seconds, binary=binary, document=document)


def _plan(place: Workspace, stack: str, binary: Path, document: Path) -> str:
    """Makes both files; what went wrong, or nothing."""
    if not place.directory(stack).is_dir():
        return "the app has written no such stack"
    with _INIT:
        said, status = _run(place, stack, "init", "-input=false", "-no-color")
    if status == 0:
        # Made before Terraform writes to it, so that nobody else can read it at any time.
        binary.touch(mode=_OWNER_ONLY)
        out = f"-out={binary.resolve()}"
        said, status = _run(place, stack, "plan", "-input=false", "-no-color", out)
    if status == 0:
        said, status = _shown(place, stack, binary, document)
    return "" if status == 0 else told_by(said)


def _shown(place: Workspace, stack: str, binary: Path, document: Path) -> tuple[str, int]:
    descriptor = os.open(document, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        done = subprocess.run(
            (str(place.terraform), "show", "-json", "-no-color", str(binary.resolve())),
            cwd=place.directory(stack),
            env=dict(place.variables),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
    return done.stderr, done.returncode


def _run(place: Workspace, stack: str, *arguments: str) -> tuple[str, int]:
    done = ran(place, stack, *arguments)
    return done.stdout + done.stderr, done.returncode
