"""Where do the outside tools lie, and when may they be trusted?

    $GPU_FLEET_CACHE, else $XDG_CACHE_HOME/gpu-fleet, else ~/.cache/gpu-fleet
      <tool>/.lock                        held while the tool is being made
      <tool>/.making-*                    half-made; swept by the next who holds the lock
      <tool>/<version>-<os>-<arch>/       whole, or it would not be there
        manifest.json                     written last: size and sha256 of each file

A tool is made in a folder beside its place and renamed into it, so that no kill
at any moment leaves something that a later run would take for whole.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.controlplane.pins import Tool
from environments.errors import OutsideError

_MANIFEST = "manifest.json"
_HALF_MADE = ".making-"
_POLL_SECONDS = 0.2
_UNWRITABLE = {errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.ENOTDIR, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The place of one version of a tool."""

    tool: Tool
    path: Path

    @property
    def files(self) -> dict[str, Path]:
        return {name: self.path / inside for name, inside in self.tool.files.items()}

    def intact(self, *, deep: bool = False) -> bool:
        """Whether every file is there in its size; *deep* reads them and compares digests."""
        manifest = _manifest(self.path)
        if manifest.get("recipe") != self.tool.recipe:
            return False
        recorded = manifest.get("files", {})
        return recorded.keys() == self.tool.files.keys() and all(
            _as_recorded(path, recorded[name], deep=deep) for name, path in self.files.items()
        )


def root() -> Path:
    """The cache of all tools on this machine, shared by every checkout."""
    if chosen := os.environ.get("GPU_FLEET_CACHE"):
        return Path(chosen).expanduser().absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gpu-fleet"


def home(tool: Tool) -> Home:
    """The place of *tool*, whether it is there or not."""
    return Home(tool=tool, path=root() / tool.name / f"{tool.version}-{tool.platform}")


def install(
    place: Home, make: Callable[[Path], str], waiting: Callable[[], None] = lambda: None
) -> None:
    """Fills *place* by `make(folder)`, which returns a few words on where the files came from.

    One process at a time; those that come second find the tool there and make
    nothing. *waiting* is called while another process is at it.
    """
    parent = place.path.parent
    with writable(parent), exclusive(parent / ".lock", waiting):
        if place.intact(deep=True):
            return
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=_HALF_MADE, dir=parent))
        try:
            origin = make(folder)
            _write_manifest(folder, place.tool, origin)
            folder.chmod(0o755)
            _put(folder, place.path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def write_once(path: Path, content: str) -> Path:
    """Writes a file whose name tells its content, such that readers never see half of it."""
    if not path.exists():
        with writable(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f"{_HALF_MADE}{os.getpid()}-{path.name}")
            half.write_text(content, encoding="utf-8")
            half.replace(path)
    return path


@contextlib.contextmanager
def exclusive(lock: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds a lock between processes; the kernel gives it back however we end."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(_POLL_SECONDS)
        yield


def digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextlib.contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turns a refused write below *folder* into an `OutsideError` with the next step."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        raise OutsideError(
            f"{folder} cannot be written ({error.strerror or error}); "
            "free some space there or set GPU_FLEET_CACHE to another folder"
        ) from error


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _as_recorded(path: Path, record: Mapping[str, Any], *, deep: bool) -> bool:
    try:
        same = path.stat().st_size == record["size"] and os.access(path, os.X_OK)
        return same and (not deep or digest(path) == record["sha256"])
    except OSError:
        return False


def _write_manifest(folder: Path, tool: Tool, origin: str) -> None:
    files = {}
    for name, inside in tool.files.items():
        path = folder / inside
        path.chmod(0o755)
        files[name] = {"size": path.stat().st_size, "sha256": digest(path)}
    manifest = {
        "tool": tool.name,
        "version": tool.version,
        "origin": origin,
        "recipe": tool.recipe,
        "files": files,
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (folder / _MANIFEST).write_text(text, encoding="utf-8")


def _sweep(parent: Path) -> None:
    # Whoever holds the lock is the only one at work: what is half-made now is left over.
    for stale in parent.glob(f"{_HALF_MADE}*"):
        shutil.rmtree(stale, ignore_errors=True)


def _put(folder: Path, place: Path) -> None:
    # Programs that still run from a damaged folder keep their files until they end.
    if place.exists():
        old = Path(tempfile.mkdtemp(prefix=_HALF_MADE, dir=place.parent))
        place.replace(old / "old")
        folder.replace(place)
        shutil.rmtree(old, ignore_errors=True)
    else:
        folder.replace(place)
