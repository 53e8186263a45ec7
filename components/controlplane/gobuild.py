"""How do we build a tool from Go modules, where no release can be downloaded?

Go itself proves what it fetches: against the go.sum beside our module, against
the checksum database for packages installed by version.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from pathlib import Path
from typing import IO

from components.controlplane import children, downloads
from components.controlplane.pins import Build, Tool
from components.controlplane.progress import Progress
from environments.errors import OutsideError

MINIMUM = (1, 26)
_SAID_CHARACTERS = 300
_VERSION = re.compile(r"go(\d+)\.(\d+)")
_NETWORK = re.compile(
    r"dial tcp|proxyconnect|[Tt]imeout|not available|no such host|lookup disabled"
)


class Unbuildable(Exception):
    """No Go that could build; says why in a few words."""


def go() -> tuple[Path, str]:
    """The Go command and its version; `Unbuildable` when it is missing or too old."""
    found = shutil.which("go")
    wanted = ".".join(str(part) for part in MINIMUM)
    if found is None:
        raise Unbuildable(f"Go >= {wanted} is not installed")
    version = _asked(Path(found), "GOVERSION")
    match = _VERSION.match(version)
    if match is None or tuple(int(part) for part in match.groups()) < MINIMUM:
        raise Unbuildable(f"{version or 'the Go'} at {found} is older than {wanted}")
    return Path(found), version


def build(tool: Tool, folder: Path, progress: Progress) -> str:
    """Compiles all files of *tool* into *folder*; returns what they were built with.

    Raises `Unbuildable` before anything is begun when there is no Go for it,
    and `OutsideError` when Go gives up. A failed build's output is kept beside
    the folder, in build.log.
    """
    if tool.build is None:
        raise Unbuildable(f"there is no recipe to build {tool.name}")
    command, version = go()
    scratch = folder / ".go"
    (scratch / "tmp").mkdir(parents=True)
    (scratch / "bin").mkdir()
    log = scratch / "build.log"
    with log.open("w", encoding="utf-8") as record:
        output = _Output(tool, tool.build, progress, record)
        status = children.run(
            [str(command), *_arguments(tool.build, scratch / "bin")],
            folder=tool.build.source or scratch,
            environment=_environment(command, tool, scratch),
            heard=output.heard,
            tick=output.tick,
        )
    if status != 0:
        kept = log.replace(folder.parent / "build.log")
        raise OutsideError(_failure(tool, status, output, kept))
    _place(tool, tool.build, scratch / "bin", folder)
    shutil.rmtree(scratch)
    return f"built with {version}"


class _Output:
    """What Go says: with `-v` it names each package that it compiles."""

    def __init__(self, tool: Tool, recipe: Build, progress: Progress, record: IO[str]) -> None:
        self.last: deque[str] = deque(maxlen=2)
        self._tool, self._recipe, self._progress, self._record = tool, recipe, progress, record
        self._packages = 0
        self._note = "building from Go modules"

    def heard(self, line: str) -> None:
        self._record.write(line + "\n")
        if line.startswith("go: downloading "):
            self._note = line.replace("go: downloading", "fetching module")
        elif line and " " not in line:
            self._packages += 1
            self._note = f"compiling {line}"
        elif line and not line.startswith("#"):
            self.last.append(line.strip())

    def tick(self, seconds: float) -> None:
        # Packages in Go's build cache are not named: with a warm one it ends early.
        done = min(self._packages, self._recipe.packages - 1)
        note = f"{self._note} ({seconds:.0f} s)"
        self._progress.step(self._tool.name, done, self._recipe.packages, note)


def _arguments(recipe: Build, binaries: Path) -> list[str]:
    # Without -buildvcs=false a checkout of another owner, as in CI, fails the build.
    flags = ["-v", "-trimpath", "-buildvcs=false", "-ldflags", recipe.ldflags]
    if recipe.source is not None:
        return ["build", *flags, "-mod=readonly", "-o", str(binaries / recipe.output), "."]
    return ["install", *flags, *recipe.install]


def _asked(command: Path, variable: str) -> str:
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    argv = [str(command), "env", variable]
    answer = subprocess.run(argv, capture_output=True, check=False, env=environment, text=True)
    return answer.stdout.strip()


def _environment(command: Path, tool: Tool, scratch: Path) -> dict[str, str]:
    ours = {
        "CGO_ENABLED": "0",
        "GO111MODULE": "on",
        "GOARCH": tool.platform.machine,
        "GOBIN": str(scratch / "bin"),
        "GOFLAGS": "-trimpath",  # not empty: the user's own would be taken then
        "GOOS": tool.platform.system,
        "GOTMPDIR": str(scratch / "tmp"),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    if downloads.forbidden():
        # Not "off": `go install` looks for a later version even of what it holds.
        ours["GOPROXY"] = f"file://{_asked(command, 'GOMODCACHE')}/cache/download"
    return {**os.environ, **ours}


def _failure(tool: Tool, status: int, output: _Output, log: Path) -> str:
    said = " / ".join(output.last)[-_SAID_CHARACTERS:] or f"it ended with status {status}"
    if "no space left" in said:
        step = "free some 6 GB for Go's caches (`go clean -cache` empties one)"
    elif downloads.forbidden():
        step = "unset GPU_FLEET_OFFLINE: not all of its modules are in Go's cache"
    elif _NETWORK.search(said):
        step = f"open the network to Go's module proxy, or to {downloads.hosts(tool)}"
    else:
        step = "look into the log"
    return f"building {tool.name} {tool.version} failed: {said}; {step} (log: {log})"


def _place(tool: Tool, recipe: Build, binaries: Path, folder: Path) -> None:
    built = {path.name: path for path in binaries.iterdir()}
    if recipe.output:
        built[recipe.output].replace(folder / recipe.output)
    for name, inside in tool.files.items():
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        if recipe.output:
            target.symlink_to(recipe.output)
        else:
            built[name].replace(target)
