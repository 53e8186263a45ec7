"""Real control planes come up, are found again, are mended, and leave nothing behind.

Always on the embedded runtime: with `--kind` these tests say nothing about kind.
"""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from components.controlplane import planes, processes, tools
from components.controlplane.planes import Plane
from components.controlplane.settings import COMPONENTS, Settings

CHECKOUT = Path(__file__).parents[3]

# What a rehearsal does, as a process of its own that can be interrupted.
STARTER = """
import sys
from pathlib import Path
from components.controlplane import planes, tools
from components.controlplane.settings import Settings
names, directory = sys.argv[2:], Path(sys.argv[1])
wanted = [planes.Plane(name=name, directory=directory) for name in names]
try:
    planes.start(
        wanted,
        tools.ensure(tools.CONTROL_PLANE),
        dict.fromkeys(names, Settings()),
        lambda name, step: print(name, step, flush=True),
    )
except BaseException as error:
    print(type(error).__name__, error, flush=True)
"""


@pytest.fixture(scope="module")
def binaries() -> Mapping[str, Path]:
    return tools.ensure(tools.CONTROL_PLANE)


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    # Resolved, as command lines name it; swept whatever a test left.
    twin = tmp_path.resolve() / "twin"
    yield twin
    planes.sweep(twin)


def start(binaries: Mapping[str, Path], *wanted: Plane, settings: Settings | None = None) -> None:
    planes.start(wanted, binaries, {plane.name: settings or Settings() for plane in wanted})


def starter(directory: Path, *names: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-c", STARTER, str(directory), *names),
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pid_of(component: str, directory: Path) -> int:
    """The number kwokctl notes once it runs: before, it only asks each binary for its version."""
    note = directory / "clusters" / "idc" / "pids" / f"{component}.pid"
    until(lambda: note.exists() and note.read_text() != "")
    return int(note.read_text())


def assert_nothing_is_left(directory: Path) -> None:
    assert processes.below(directory) == ()
    assert list(directory.rglob("*")) == []


def listening(pid: int) -> set[str]:
    """Addresses, in the kernel's own hex, that a process accepts connections on."""
    links = [
        str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()
    ]
    sockets = {link.removeprefix("socket:[").removesuffix("]") for link in links}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and row[9] in sockets}


def test_two_planes_live_and_die_apart(binaries: Mapping[str, Path], directory: Path) -> None:
    first, second = (Plane(name=name, directory=directory) for name in ("idc", "volc"))

    start(binaries, first, second)

    assert first.running()
    assert second.running()
    assert set(first.pids()) == set(COMPONENTS)
    assert stat.S_IMODE(first.kubeconfig.stat().st_mode) == 0o600

    planes.stop(first)

    assert not first.running()
    assert not first.home.exists()
    assert second.running()

    planes.sweep(directory)

    assert not directory.exists()
    assert processes.below(directory) == ()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="sockets are read from /proc")
def test_a_plane_is_reached_over_loopback_only(
    binaries: Mapping[str, Path], directory: Path
) -> None:
    plane = Plane(name="idc", directory=directory)

    start(binaries, plane)

    addresses = set().union(*(listening(pid) for pid in plane.pids().values()))
    assert addresses == {"0100007F"}


def test_a_plane_is_kept_mended_and_replaced(binaries: Mapping[str, Path], directory: Path) -> None:
    """One plane goes through all three, for each start takes seconds."""
    plane = Plane(name="idc", directory=directory)
    start(binaries, plane)
    begun = plane.pids()

    start(binaries, plane)

    assert plane.pids() == begun, "the same settings: left as it is"

    os.kill(plane.pids()["kube-scheduler"], signal.SIGKILL)
    until(lambda: not plane.running())
    start(binaries, plane)

    assert plane.running()
    mended = plane.pids()
    assert not set(mended.values()) & set(begun.values())

    start(binaries, plane, settings=Settings(node_policy="spread"))

    assert plane.running()
    assert not set(plane.pids().values()) & set(mended.values())


def test_an_interrupted_start_leaves_nothing(directory: Path) -> None:
    child = starter(directory, "idc", "volc")
    until(lambda: any(found.name == "kube-apiserver" for found in processes.below(directory)))

    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=30)

    assert "KeyboardInterrupt" in said
    assert_nothing_is_left(directory)


def test_a_component_killed_while_starting_is_named_and_the_next_start_works(
    binaries: Mapping[str, Path], directory: Path
) -> None:
    child = starter(directory, "idc")
    os.kill(pid_of("etcd", directory), signal.SIGKILL)

    said, _ = child.communicate(timeout=60)

    assert 'OutsideError control plane of "idc": etcd ended while starting; ' in said
    assert_nothing_is_left(directory)

    start(binaries, plane := Plane(name="idc", directory=directory))

    assert plane.running()


def test_what_a_killed_run_left_is_swept(directory: Path) -> None:
    child = starter(directory, "idc")
    pid_of("kube-apiserver", directory)
    child.kill()
    child.wait()

    ended = planes.sweep(directory)

    assert {process.name for process in ended} >= {"etcd", "kube-apiserver"}
    assert_nothing_is_left(directory)
