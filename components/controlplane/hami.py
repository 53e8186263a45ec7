"""How does HAMi's own scheduler run beside a control plane of the twin?

Three processes for each cluster, called by links below the plane's directory,
so that whatever ends the plane ends them too:

    <twin>/<cluster>/hami/extender         the user's binary: filter, bind, webhook
    <twin>/<cluster>/hami/kube-scheduler   the profile `hami-scheduler`, which asks the extender
    <twin>/<cluster>/hami/device-plugin    answers for the plugins of simulated nodes

The plane's own kube-scheduler goes on with the pods that want no cards. Start
before there are nodes: the extender takes up new ones at once, and those that
were there before it only after fifteen seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import yaml

from components.controlplane import hami_processes, hami_settings, kwokctl, ports, processes
from components.controlplane.hami_api import APPLY, Api, Refused
from components.controlplane.hami_binary import Extender
from components.controlplane.hami_settings import Files, Pace, Ports
from components.controlplane.planes import Plane
from environments.errors import OutsideError
from environments.model import Hami

EXTENDER, SCHEDULER, PLUGIN = "extender", "kube-scheduler", "device-plugin"

_WEBHOOK = (
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + hami_settings.WEBHOOK
)
_ATTEMPTS = 3
_GRACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """With what HAMi is to run on one cluster."""

    extender: Extender
    kube_scheduler: Path
    sharing: Hami
    pace: Pace = field(default_factory=Pace)
    verbosity: int = 0
    """As klog counts; the chart runs with 4."""

    @property
    def fingerprint(self) -> str:
        """Equal for equal orders."""
        binary = [str(self.extender.path), self.extender.path.stat().st_mtime]
        sharing = msgspec.structs.asdict(self.sharing)
        whole = [binary, str(self.kube_scheduler), sharing, asdict(self.pace), self.verbosity]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def start(plane: Plane, order: Order) -> None:
    """Starts HAMi on a running plane; comes back when pods with cards may be created.

    What runs with the same order is left as it is. When it fails or is
    interrupted, nothing of it stays. Raises `OutsideError` when a process ends
    while starting, with its last words.
    """
    if running(plane) and _fingerprint(plane) == order.fingerprint:
        return
    stop(plane)
    try:
        _start_anew(plane, order)
    except BaseException:
        stop(plane)
        raise


def stop(plane: Plane) -> None:
    """Ends HAMi's processes and takes its webhook away; fine when there are none.

    Only for a plane that goes on without HAMi: what ends a plane ends this.
    """
    if not _home(plane).exists():
        return
    # First, else no pod could be created once the extender is gone.
    with contextlib.suppress(OSError, Refused, ValueError), _api(plane) as api:
        api.delete(_WEBHOOK)
    stubborn = processes.end(processes.below(_home(plane)), grace_seconds=_GRACE_SECONDS)
    if stubborn:
        names = ", ".join(f"{process.name} ({process.pid})" for process in stubborn)
        raise OutsideError(f"{names} cannot be ended; end them as their owner and run again")
    shutil.rmtree(_home(plane), ignore_errors=True)


def running(plane: Plane) -> bool:
    """Whether all three processes live."""
    return pids(plane).keys() >= {EXTENDER, SCHEDULER, PLUGIN}


def pids(plane: Plane) -> dict[str, int]:
    """HAMi's living processes, by name."""
    return {process.name: process.pid for process in processes.below(_home(plane))}


def log(plane: Plane, name: str) -> Path:
    """What one of the three has said."""
    return _home(plane) / f"{name}.log"


def _start_anew(plane: Plane, order: Order) -> None:
    for _ in range(_ATTEMPTS):
        try:
            _launch(plane, order)
        except hami_processes.PortTaken:
            stop(plane)
        else:
            (_home(plane) / "fingerprint").write_text(order.fingerprint)
            return
    raise OutsideError(
        f'HAMi on "{plane.name}": its ports were taken {_ATTEMPTS} times over;'
        " end what else opens ports on this machine and run again"
    )


def _launch(plane: Plane, order: Order) -> None:
    chosen = Ports(**dict(zip(("extender", "metrics", "scheduler"), ports.free(3), strict=True)))
    files = Files(
        directory=_home(plane).resolve(),
        kubeconfig=plane.kubeconfig.resolve(),
        pki=_pki(plane).resolve(),
    )
    files.directory.mkdir(parents=True, exist_ok=True)
    files.device_config.write_text(yaml.safe_dump(hami_settings.device_config(order.sharing)))
    files.scheduler_config.write_text(
        yaml.safe_dump(hami_settings.scheduler_config(order.pace, chosen, files))
    )
    hami_processes.wait(plane.name, _spawn(plane, order, chosen, files))
    with _api(plane) as api:
        webhook = hami_settings.webhook(chosen, files)
        api.patch(f"{_WEBHOOK}?fieldManager=gpu-fleet&force=true", webhook, APPLY)


def _spawn(plane: Plane, order: Order, chosen: Ports, files: Files) -> list[hami_processes.Started]:
    extender = hami_settings.extender_flags(
        order.sharing, order.pace, chosen, files, verbosity=order.verbosity
    )
    scheduler = hami_settings.scheduler_flags(chosen, files)
    # Without site packages: it lives long, and uses none.
    plugin = ["-S", "-m", "components.controlplane.hami_plugin", str(_port(plane)), str(files.pki)]
    commands = (
        (PLUGIN, Path(sys.executable), plugin, None),
        (EXTENDER, order.extender.path, hami_processes.flags(extender), chosen.extender),
        (SCHEDULER, order.kube_scheduler, hami_processes.flags(scheduler), chosen.scheduler),
    )
    return [
        hami_processes.spawn(
            files.directory, name, program, arguments, kubeconfig=files.kubeconfig, port=port
        )
        for name, program, arguments, port in commands
    ]


def _api(plane: Plane) -> Api:
    return Api(port=_port(plane), pki=_pki(plane))


def _pki(plane: Plane) -> Path:
    return kwokctl.cluster_directory(plane.directory, plane.name) / "pki"


def _port(plane: Plane) -> int:
    content: dict[str, Any] = yaml.safe_load(plane.kubeconfig.read_text())
    port = urlsplit(str(content["clusters"][0]["cluster"]["server"])).port
    if port is None:
        raise ValueError(f"{plane.kubeconfig} names no port")
    return port


def _fingerprint(plane: Plane) -> str | None:
    try:
        return (_home(plane) / "fingerprint").read_text()
    except OSError:
        return None


def _home(plane: Plane) -> Path:
    return plane.home / "hami"
