"""Is this file HAMi's scheduler, of a version that can be driven here?

The binary belongs to the user: it is neither fetched nor built nor changed. It
is asked by running it twice, for its flags and its version.
"""

from __future__ import annotations

import errno
import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from environments.errors import UsageError

_SECONDS = 20.0
_WANTED = (
    "give --hami-scheduler the `scheduler` binary of HAMi 2.8 or later,"
    " as its image projecthami/hami holds it in /k8s-vgpu/bin"
)
# In HAMi since its first release, and since 2.8.
_OWN, _RECENT = "--gpu-scheduler-policy", "--leader-elect-resource-name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extender:
    """A binary that was asked and is HAMi's scheduler."""

    path: Path
    version: str
    """As it calls itself: `v2.10.0`; `v0.0.0-master` where its builder set none."""


def inspect(path: Path) -> Extender:
    """The binary at the path. Raises `UsageError` for anything that is not to be run."""
    if not path.is_file():
        raise UsageError(f"no file {path}; {_WANTED}")
    if not os.access(path, os.X_OK):
        raise UsageError(f"{path} is not executable; make it so with `chmod +x`, or {_WANTED}")
    path = path.absolute()
    flags = _answer(path, "--help")
    if _OWN not in flags:
        raise UsageError(f"{path} is not HAMi's scheduler; {_WANTED}")
    version = _version(_answer(path, "version"))
    if _RECENT not in flags:
        raise UsageError(f"{path} is HAMi {version}, which is too old; {_WANTED}")
    return Extender(path=path, version=version)


def _answer(path: Path, question: str) -> str:
    try:
        run = subprocess.run(
            (path, question),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Nothing that would lead it to a cluster.
            env={},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{path} did not answer {question}; {_WANTED}") from error
    except OSError as error:
        raise UsageError(f"{path} {_why(error)}; {_WANTED}") from error
    return run.stdout.decode(errors="replace")


def _why(error: OSError) -> str:
    machine = f"{platform.system()} on {platform.machine()}"
    match error.errno:
        case errno.ENOEXEC:
            return f"is not a program for {machine}"
        case errno.ENOENT:
            # The file is there; what is missing is the loader it names.
            return f"was linked for another C library than that of this {machine}"
        case _:
            return f"cannot be run ({error.strerror})"


def _version(answer: str) -> str:
    found = re.search(r"^version:\s*(\S+)", answer, re.MULTILINE)
    return found.group(1) if found else "of unknown version"
