"""Running a program with children of its own, and ending all of it on Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from components import terraform_run

PATIENT = """
import pathlib, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
def finish(number, frame):
    pathlib.Path("finished").write_text("state is written")
    child.terminate()
    child.wait()
    sys.exit(1)
signal.signal(signal.SIGINT, finish)
print(child.pid, flush=True)
time.sleep(60)
"""
DEAF = """
import os, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
PERSON = """
import os, pathlib, sys
from components import terraform_run
terraform_run.run(
    [sys.executable, "-c", sys.argv[1]], folder=pathlib.Path(sys.argv[2]),
    environment=os.environ, heard=lambda line: print(line, flush=True), over=bool,
)
"""


def run(
    program: str, folder: Path, heard: Callable[[str], None], over: Callable[[], bool] = bool
) -> int:
    return terraform_run.run(
        [sys.executable, "-c", program],
        folder=folder,
        environment=os.environ,
        heard=heard,
        over=over,
    )


@contextmanager
def someone_running(program: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process of its own that runs the program, and the process id that the program told."""
    with subprocess.Popen(
        [sys.executable, "-c", PERSON, program, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as person:
        assert person.stdout is not None
        yield person, int(person.stdout.readline())
        person.kill()


def test_each_line_is_heard_and_the_status_is_the_programs(tmp_path: Path) -> None:
    lines: list[str] = []

    status = run("print('one'); print('two'); raise SystemExit(3)", tmp_path, lines.append)

    assert (status, lines) == (3, ["one", "two"])


def test_a_program_that_has_nothing_more_to_say_is_ended(tmp_path: Path) -> None:
    lines: list[str] = []

    status = run(DEAF, tmp_path, lines.append, over=lambda: bool(lines))

    assert status == -signal.SIGKILL


def test_an_interrupted_program_may_finish_what_it_is_at(tmp_path: Path) -> None:
    with someone_running(PATIENT, tmp_path) as (person, child):
        person.send_signal(signal.SIGINT)
        person.wait(20)

    assert (tmp_path / "finished").read_text() == "state is written"
    assert not alive(child)


def test_a_second_interrupt_ends_what_does_not_listen(tmp_path: Path) -> None:
    with someone_running(DEAF, tmp_path) as (person, program):
        person.send_signal(signal.SIGINT)
        time.sleep(1)  # Two signals at one moment are one.
        assert alive(program)
        person.send_signal(signal.SIGINT)
        person.wait(20)

    assert not alive(program)


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not collected yet does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
