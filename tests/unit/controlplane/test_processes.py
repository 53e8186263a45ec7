"""Processes are told by the path they were called by, and by nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.controlplane import processes

Started = Callable[..., subprocess.Popen[bytes]]

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


@pytest.fixture
def started() -> Iterator[Started]:
    """Starts a program through a link; ends what is left of it after the test."""
    children: list[subprocess.Popen[bytes]] = []

    def start(link: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(program)
        child = subprocess.Popen((str(link), *arguments))
        children.append(child)
        wait_until(lambda: processes.below(link.parent) != ())
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def sleep() -> str:
    found = shutil.which("sleep")
    assert found
    return found


def test_a_process_called_from_below_the_directory_is_found(
    tmp_path: Path, started: Started, sleep: str
) -> None:
    child = started(tmp_path / "a" / "bin" / "etcd", sleep, "60")

    found = processes.below(tmp_path)

    assert [(process.name, process.pid) for process in found] == [("etcd", child.pid)]


def test_a_process_that_only_mentions_the_directory_is_not_ours(
    tmp_path: Path, started: Started
) -> None:
    elsewhere, ours = tmp_path / "elsewhere", tmp_path / "ours"
    ours.mkdir()
    started(elsewhere / "python", sys.executable, "-c", "import time; time.sleep(60)", str(ours))

    assert processes.below(ours) == ()


def test_a_directory_of_a_longer_name_is_another_one(
    tmp_path: Path, started: Started, sleep: str
) -> None:
    started(tmp_path / "production-2" / "etcd", sleep, "60")
    (tmp_path / "production").mkdir()

    assert processes.below(tmp_path / "production") == ()


def test_processes_are_found_through_a_linked_directory(
    tmp_path: Path, started: Started, sleep: str
) -> None:
    child = started(tmp_path / "real" / "etcd", sleep, "60")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert [process.pid for process in processes.below(tmp_path / "link")] == [child.pid]


def test_an_ended_process_is_gone(tmp_path: Path, started: Started, sleep: str) -> None:
    child = started(tmp_path / "etcd", sleep, "60")

    assert processes.end(processes.below(tmp_path), grace_seconds=5) == ()

    assert child.wait(1) < 0
    assert processes.below(tmp_path) == ()


def test_one_that_does_not_listen_is_killed_after_the_grace(
    tmp_path: Path, started: Started
) -> None:
    child = started(tmp_path / "kube-apiserver", sys.executable, "-c", STUBBORN)

    assert processes.end(processes.below(tmp_path), grace_seconds=0.2) == ()

    assert child.wait(1) < 0


def test_a_number_that_was_used_again_is_not_signalled(tmp_path: Path) -> None:
    ourselves = processes.Process(pid=os.getpid(), executable=str(tmp_path / "etcd"))

    assert processes.end([ourselves], grace_seconds=0) == ()
