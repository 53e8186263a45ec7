"""How are HAMi's processes started, awaited and judged?

Each outlives the command that started it, is called through a link below the
plane's directory (by which `processes` knows it), and writes one log beside it.
"""

from __future__ import annotations

import http.client
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.controlplane.ports import LOOPBACK
from environments.errors import OutsideError

_CHECKOUT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 60.0
_POLL_SECONDS = 0.1
_LOG_LINES = 4
_PORT_TAKEN = "address already in use"


class PortTaken(Exception):
    """Somebody was faster; other ports may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """One process on its way up."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    port: int | None = None
    """Where it answers `/healthz`; None when it serves nobody."""


def spawn(
    directory: Path,
    name: str,
    program: Path,
    arguments: Sequence[str],
    *,
    kubeconfig: Path,
    port: int | None = None,
) -> Started:
    """Starts a program as `<directory>/<name>`."""
    link, log = directory / name, directory / f"{name}.log"
    link.unlink(missing_ok=True)
    link.symlink_to(program.absolute())
    with log.open("wb") as output:
        process = subprocess.Popen(
            (str(link), *arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            # Nothing of the user's: no proxy, no other cluster.
            env={"KUBECONFIG": str(kubeconfig), "PYTHONPATH": str(_CHECKOUT)},
            start_new_session=True,
        )
    return Started(name=name, process=process, log=log, port=port)


def flags(values: Mapping[str, str]) -> list[str]:
    """Command line words, as in `--name=value`."""
    return [f"--{name}={value}" for name, value in values.items()]


def wait(cluster: str, started: Sequence[Started]) -> None:
    """Comes back when all answer. Raises `PortTaken`, or `OutsideError` with the last words."""
    deadline = time.monotonic() + _READY_SECONDS
    while awaited := next((one for one in started if not _answers(one.port)), None):
        for one in started:
            if one.process.poll() is not None:
                raise _failure(cluster, one, "ended while starting")
        if time.monotonic() > deadline:
            raise _failure(cluster, awaited, "did not answer in time")
        time.sleep(_POLL_SECONDS)


def _answers(port: int | None) -> bool:
    if port is None:
        return True
    # The kube-scheduler signs its own certificate.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(LOOPBACK, port, context=context, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _failure(cluster: str, one: Started, how: str) -> Exception:
    lines = one.log.read_text(errors="replace").splitlines()
    if any(_PORT_TAKEN in line for line in lines):
        return PortTaken()
    # klog ends a fatal line with the stacks of all goroutines; what counts stands before them.
    fatal = [line for line in lines if line.startswith(("F", "panic:", "Error:"))]
    tail = "".join(f"\n  | {line[:500]}" for line in (fatal or lines)[-_LOG_LINES:])
    return OutsideError(
        f'HAMi on "{cluster}": {one.name} {how};'
        f" see why below, or give another binary to --hami-scheduler{tail}"
    )
