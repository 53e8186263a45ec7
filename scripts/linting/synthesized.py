"""The stacks of an environment as Terraform JSON, made anew only when they would differ.

Making them starts the engine and takes some seconds; judging them takes a
hundredth. They are kept with a key over all that they are made of: the files of
the environment and our own source. So the first run after a change judges
everything and takes its time, and every other run judges everything at once.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

from environments.errors import OutsideError
from environments.load import Loaded
from scripts import console
from scripts.rehearsal.place import CHECKOUT, FLEET
from stacks import names
from stacks.request import Request

SOURCE = ("environments", "components", "stacks")
KEPT = FLEET / "lint"


def at_hand(loaded: Loaded) -> Path | None:
    """The directory with stacks that are as they would be made now; None where there is none."""
    directory = KEPT / loaded.environment.name
    note = directory / "key"
    try:
        is_fresh = note.read_text(encoding="utf-8") == key(loaded)
    except OSError:
        return None
    return directory if is_fresh and _whole(loaded, directory) else None


def made(loaded: Loaded, reporter: console.Reporter) -> Path:
    """The directory with stacks of now. Raises `OutsideError` where the engine fails."""
    from scripts import synthesis  # It brings tools that a run with stacks at hand has no use for.

    directory = KEPT / loaded.environment.name
    # Beside it, so that a run that goes on at the same time never reads half of them.
    fresh = KEPT / f".{loaded.environment.name}-{os.getpid()}"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    wanted = key(loaded)
    try:
        synthesis.synthesize(Request(environments=(str(_file(loaded)),)), fresh, reporter)
        (fresh / "key").write_text(wanted, encoding="utf-8")
        shutil.rmtree(directory, ignore_errors=True)
        with suppress(OSError):  # The other run was as quick, with the same stacks.
            fresh.rename(directory)
    except OutsideError as error:
        msg = f"{error}; --no-synth judges all but the Terraform JSON"
        raise OutsideError(msg) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return directory


def key(loaded: Loaded) -> str:
    """A word that changes with everything that the stacks are made of."""
    digest = hashlib.sha256()
    for document in (loaded.document, loaded.demand_document):
        if document is not None:
            digest.update(Path(document.file).resolve().read_bytes())
        digest.update(b"\0")
    own = loaded.environment.settings.rules
    for file in sorted(Path(own).glob("*.y*ml")) if own else ():
        digest.update(file.read_bytes())
    for folder in SOURCE:
        for file in sorted((CHECKOUT / folder).rglob("*.*")):
            if file.suffix in {".py", ".yaml", ".toml"}:
                state = file.stat()
                digest.update(f"{file}\0{state.st_mtime_ns}\0{state.st_size}\0".encode())
    return digest.hexdigest()


def _file(loaded: Loaded) -> Path:
    return Path(loaded.document.file).resolve()


def _whole(loaded: Loaded, directory: Path) -> bool:
    return all(
        (directory / "stacks" / str(stack) / "cdk.tf.json").is_file()
        for stack in names.order(loaded.environment)
    )
