"""How do planes get from nothing to answering, several at once?

One loop steps every launch along, so that an interruption has one place to
arrive at. A launch calls kwokctl, waits for the API server, sees that every
component answers, and writes the kubeconfig last. Two things are mended on the
way: a port taken between choice and use (all anew, with other ports), and a
component that gave up while the API server was still coming up (started again:
the controller manager waits ten seconds for it, and no longer).
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components.controlplane import health, kubeconfig, kwokctl, ports, processes
from components.controlplane.settings import COMPONENTS, Settings
from environments.errors import OutsideError

Progress = Callable[[str, str], None]
"""Told the plane's name and what it is at."""

_POLL_SECONDS = 0.2
_ATTEMPTS = 3
_RESTARTS = 2
_LOG_LINES = 4
_PORT_TAKEN = "address already in use"


def silent(_plane: str, _step: str) -> None:
    """Shows no progress."""


def run(launches: Sequence[Launch]) -> None:
    """Brings all launches to their end; the first error leaves at once.

    As many at a time as there are processors: more only make each API server
    slower than the others' patience with it.
    """
    waiting = list(launches)
    going: list[Launch] = []
    while waiting or going:
        while waiting and len(going) < (os.cpu_count() or 1):
            going.append(waiting.pop(0))
        taken = {port for launch in going for port in launch.taken.values()}
        going = [launch for launch in going if not launch.advance(taken)]
        time.sleep(_POLL_SECONDS)


@dataclass(slots=True, kw_only=True)
class Launch:
    """One plane on its way up."""

    name: str
    directory: Path
    home: Path
    kubeconfig: Path
    binaries: Mapping[str, Path]
    settings: Settings
    progress: Progress
    taken: dict[str, int] = field(default_factory=dict)
    _kwokctl: subprocess.Popen[bytes] | None = None
    _attempts: int = 0
    _restarts: int = 0
    _deadline: float = 0.0
    _awaited: str | None = None

    def advance(self, taken: Collection[int]) -> bool:
        """One step further; whether the plane is ready now."""
        if self._kwokctl is None:
            self._begin(taken)
            return False
        if self._kwokctl.poll() is None:
            return self._in_time()
        if self._kwokctl.returncode:
            raise self._failed("kwokctl", self.home / "kwokctl.log")
        return self._inspect()

    def abandon(self) -> None:
        """Ends this launch's own child; its components are left to `planes.stop`."""
        if self._kwokctl is not None:
            self._kwokctl.kill()
            self._kwokctl.wait()

    def _begin(self, taken: Collection[int]) -> None:
        self._attempts += 1
        self._restarts = 0
        self._awaited = None
        self._deadline = time.monotonic() + self.settings.ready_seconds
        self.progress(self.name, "starting")
        names = kwokctl.PORT_NAMES
        self.taken = dict(zip(names, ports.free(len(names), taken=taken), strict=True))
        self.home.mkdir(parents=True, exist_ok=True)
        self._kwokctl = kwokctl.create(self._order())

    def _inspect(self) -> bool:
        awaited = health.missing(self.taken, self._cluster / "pki")
        if awaited is None:
            self._finish()
            return True
        dead = set(COMPONENTS) - {process.name for process in processes.below(self._cluster)}
        if dead:
            self._mend(dead, awaited)
        elif awaited != self._awaited:
            self._awaited = awaited
            self.progress(self.name, f"waiting for {awaited}")
        return self._in_time()

    def _mend(self, dead: set[str], awaited: str) -> None:
        if any(self._lost_its_port(component) for component in dead):
            self._start_anew()
        elif dead & {"etcd", "kube-apiserver"} or self._restarts == _RESTARTS:
            component = min(dead, key=COMPONENTS.index)
            raise self._failed(component, self._log(component))
        elif awaited != "kube-apiserver":
            self._restarts += 1
            self.progress(self.name, f"restarting {', '.join(sorted(dead))}")
            self._kwokctl = kwokctl.restart(self._order())

    def _start_anew(self) -> None:
        if self._attempts == _ATTEMPTS:
            raise OutsideError(
                f'control plane of "{self.name}": its ports were taken {_ATTEMPTS} times over;'
                " end what else opens ports on this machine and run again"
            )
        processes.end(processes.below(self._cluster), grace_seconds=0.0)
        kwokctl.forget(self.directory, self.name)
        self._kwokctl = None

    def _finish(self) -> None:
        note = {"ports": self.taken, "fingerprint": self.settings.fingerprint}
        (self.home / "plane.json").write_text(json.dumps(note))
        port = self.taken["kube-apiserver"]
        kubeconfig.write(self.kubeconfig, name=self.name, port=port, pki=self._cluster / "pki")
        self.progress(self.name, "ready")

    def _in_time(self) -> bool:
        if time.monotonic() > self._deadline:
            component = self._awaited or "kwokctl"
            raise self._failed(component, self._log(component), "did not answer in time")
        return False

    def _lost_its_port(self, component: str) -> bool:
        log = self._log(component)
        return log.exists() and _PORT_TAKEN in log.read_text(errors="replace")

    def _failed(self, component: str, log: Path, how: str = "ended while starting") -> OutsideError:
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        tail = "".join(f"\n  | {line[:500]}" for line in lines[-_LOG_LINES:])
        return OutsideError(
            f'control plane of "{self.name}": {component} {how};'
            f" free memory or processors if they are short, and run again{tail}"
        )

    @property
    def _cluster(self) -> Path:
        return kwokctl.cluster_directory(self.directory, self.name)

    def _log(self, component: str) -> Path:
        return self._cluster / "logs" / f"{component}.log"

    def _order(self) -> kwokctl.Order:
        return kwokctl.Order(
            name=self.name,
            directory=self.directory,
            configuration=self.home / "kwokctl.yaml",
            binaries=self.binaries,
            ports=self.taken,
            settings=self.settings,
        )
