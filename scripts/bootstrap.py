"""How does a bare checkout get its virtual environment?

Run by venv.sh with whatever Python there is (>= 3.11, nothing installed), only
when .venv is missing or made for other pins. One process at a time; the stamp
that declares it whole is written last, so that a broken-off run is begun anew.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {
    "runtime": "requirements.txt",
    "simulation": "requirements-simulation.txt",
    "dev": "requirements-dev.txt",
}
"""Each has what the ones before it have."""


def main(profile: str, runtime: str, simulation: str, dev: str) -> int:
    """Makes .venv hold *profile*; the others say what the stamps of each have to say."""
    stamps = {"runtime": runtime, "simulation": simulation, "dev": dev}
    try:
        with alone():
            if recorded(profile) != stamps[profile]:
                make(profile, stamps)
    except KeyboardInterrupt:
        return 130
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"fleet: .venv cannot be made: {told(error)}", file=sys.stderr)
        return 3
    return 0


def make(profile: str, stamps: dict[str, str]) -> None:
    """Brings .venv from whatever it is to what *profile* asks for."""
    current = {other for other in LOCKS if pinned(recorded(other)) == pinned(stamps[other])}
    for other in LOCKS:
        stamp(other).unlink(missing_ok=True)
    if not current:
        say(f"creating .venv with Python {sys.version.split()[0]}")
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    if profile not in current:
        say(f"installing {LOCKS[profile]} (some 20 s)")
        lock = f"scripts/locks/{LOCKS[profile]}"
        # Compiled when first imported: most of it never is.
        pip("install", "--require-hashes", "--no-compile", "--requirement", lock)
    # In place, by a plain path entry: the default's import hook costs every start some time.
    place = ("--editable", ".", "--config-settings", "editable_mode=compat")
    pip("install", "--no-deps", "--no-build-isolation", *place)
    profiles = list(LOCKS)
    for done in current | {*profiles[: profiles.index(profile) + 1]}:
        stamp(done).write_text(stamps[done] + "\n", encoding="utf-8")


def stamp(profile: str) -> Path:
    """The file that declares .venv whole for a profile."""
    return VENV / f".ready-{profile}"


def recorded(profile: str) -> str:
    """What .venv was made for; nothing when it is not whole."""
    try:
        text = stamp(profile).read_text(encoding="utf-8").rstrip("\n")
    except OSError:
        return ""
    return text if os.access(VENV / "bin" / "python", os.X_OK) else ""


def pinned(state: str) -> list[str]:
    """The lines of a stamp that say what is installed and where: all but pyproject.toml's."""
    return [line for line in state.splitlines() if not line.endswith(" pyproject.toml")]


def pip(*arguments: str) -> None:
    """Runs the environment's pip, silent unless it fails."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PIP_USER": "0"}
    if offline():
        environment["PIP_NO_INDEX"] = "1"
    command = [str(VENV / "bin" / "python"), "-m", "pip", *arguments, *quiet]
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def told(error: subprocess.CalledProcessError | OSError) -> str:
    """What went wrong, in its own last words, and the next step."""
    if isinstance(error, OSError):
        return f"{error}; make sure that {ROOT} can be written and has 1 GB free"
    output = error.stderr or error.output or ""
    output = output if isinstance(output, str) else output.decode(errors="replace")
    last = " / ".join([line.strip() for line in output.splitlines() if line.strip()][-4:])
    if "ensurepip" in " ".join(map(str, error.cmd)):
        return f"{last}; install this Python's venv module (Debian: python3-venv)"
    if offline():
        return f"{last}; unset GPU_FLEET_OFFLINE, or name a folder of wheels in PIP_FIND_LINKS"
    return f"{last}; open the network to the package index (`pip config list` names it)"


def offline() -> bool:
    """Whether the user ruled out downloads."""
    return os.environ.get("GPU_FLEET_OFFLINE", "") not in {"", "0"}


def say(step: str) -> None:
    """One line per step, out of the way of what a command prints."""
    print(f"fleet: {step}", file=sys.stderr, flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Keeps a second first run waiting until this one is done."""
    with (ROOT / ".venv.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run that makes .venv")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
