"""Which control planes run on this machine, and how do they come and go?

A twin's directory holds one plane per cluster:

    <twin>/<cluster>/kubeconfig.yaml   for clients; made last, when the plane is ready
    <twin>/<cluster>/plane.json        ports and settings of a plane that got ready
    <twin>/clusters/<cluster>/         kwokctl's own: links to binaries, logs, certificates, data

Processes outlive the command that started them, until `stop` or `sweep`. What
runs is read from the process table each time, never from a note that may be
stale. How a plane gets ready is the business of `launch`.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.controlplane import health, kwokctl, launch, processes
from components.controlplane.settings import COMPONENTS, Settings
from environments.errors import OutsideError

Progress = launch.Progress

# The API server would wait a minute for its watchers; nothing here is worth the wait.
_GRACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """The control plane of one cluster, running or not."""

    name: str
    directory: Path
    """The twin's directory, shared with its other planes."""

    @property
    def home(self) -> Path:
        return self.directory / self.name

    @property
    def kubeconfig(self) -> Path:
        return self.home / "kubeconfig.yaml"

    @property
    def logs(self) -> Path:
        """One file per component, named for it."""
        return kwokctl.cluster_directory(self.directory, self.name) / "logs"

    def pids(self) -> dict[str, int]:
        """The living components, by name."""
        cluster = kwokctl.cluster_directory(self.directory, self.name)
        return {process.name: process.pid for process in processes.below(cluster)}

    def running(self) -> bool:
        """Whether every component lives and answers."""
        return self._ports() is not None

    def runs_with(self, settings: Settings) -> bool:
        """Whether it is running, and was started with these very settings."""
        return self.running() and self._note().get("fingerprint") == settings.fingerprint

    def _ports(self) -> Mapping[str, int] | None:
        note = self._note()
        ports = note.get("ports")
        if not isinstance(ports, dict) or not self.kubeconfig.exists():
            return None
        if not self.pids().keys() >= set(COMPONENTS):
            return None
        pki = kwokctl.cluster_directory(self.directory, self.name) / "pki"
        return ports if health.missing(ports, pki) is None else None

    def _note(self) -> dict[str, object]:
        try:
            note = json.loads((self.home / "plane.json").read_text())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}


def start(
    planes: Sequence[Plane],
    binaries: Mapping[str, Path],
    settings: Mapping[str, Settings],
    progress: Progress = launch.silent,
) -> None:
    """Starts planes side by side; comes back when each one answers all requests.

    `binaries` holds a path for each of `kwokctl.REQUIRED_BINARIES`, `settings`
    those of each plane by its name. A plane that runs with the same settings
    is left as it is. Whatever goes wrong, or on Ctrl-C, the planes that this
    call began are ended and removed before the error leaves.
    """
    _refuse_missing(binaries)
    wanted = [plane for plane in planes if not plane.runs_with(settings[plane.name])]
    launches = [
        launch.Launch(
            name=plane.name,
            directory=plane.directory.resolve(),
            home=plane.home.resolve(),
            kubeconfig=plane.kubeconfig,
            binaries=binaries,
            settings=settings[plane.name],
            progress=progress,
        )
        for plane in wanted
    ]
    try:
        for plane in wanted:
            stop(plane)
        launch.run(launches)
    except BaseException:
        with _undisturbed():
            for begun in launches:
                begun.abandon()
            for plane in wanted:
                stop(plane)
        raise


def stop(plane: Plane) -> None:
    """Ends a plane's processes and removes its files; fine when there are none."""
    cluster = kwokctl.cluster_directory(plane.directory, plane.name)
    _clear(plane.home, cluster)
    _remove_if_empty(cluster.parent)


def sweep(directory: Path) -> tuple[processes.Process, ...]:
    """Ends all processes called from below the directory, removes it, answers what it ended."""
    found = processes.below(directory)
    _clear(directory)
    return found


def _clear(*directories: Path) -> None:
    # All at once: kwokctl first would leave the components it is just starting.
    _end_below(directories)
    for directory in directories:
        _remove(directory)
    # A component can be born between the two by a kwokctl that was just ended.
    _end_below(directories)


def _end_below(directories: Sequence[Path]) -> None:
    found = [process for directory in directories for process in processes.below(directory)]
    stubborn = processes.end(found, grace_seconds=_GRACE_SECONDS)
    if stubborn:
        names = ", ".join(f"{process.name} ({process.pid})" for process in stubborn)
        raise OutsideError(f"{names} cannot be ended; end them as their owner and run again")


def _remove(directory: Path) -> None:
    try:
        shutil.rmtree(directory)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OutsideError(
            f"{error.filename} cannot be removed ({error.strerror}); remove it and run again"
        ) from error


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):
        directory.rmdir()


def _refuse_missing(binaries: Mapping[str, Path]) -> None:
    absent = [name for name in kwokctl.REQUIRED_BINARIES if name not in binaries]
    if absent:
        raise OutsideError(f"no binary for {', '.join(absent)}; fetch or build the tools first")


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Lets a second Ctrl-C wait until what was begun is cleaned away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
