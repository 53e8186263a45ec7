"""How the placement core is compiled, and where the machine code is kept between runs.

Numba and not a C extension: one wheel for each of Python 3.11 to 3.14 (0.68.1, which
takes our NumPy), no compiler on the user's machine, and the core stays Python that
mypy and a debugger can read (`NUMBA_DISABLE_JIT=1` runs it uncompiled). The price is
half a minute once, at the first run; every later process loads machine code.

The code is kept in the user's cache directory and not in the checkout, which may be
read-only, in a folder named by the content of all that is compiled: Numba itself looks
only at the file of the outermost function and would miss a change in the others.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

_njit: Any = numba.njit
"""Its stubs know nothing of `_nrt`."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _cache() -> Path:
    """A writable folder that no other version of the compiled files uses."""
    here = Path(__file__).parent
    texts = [file.read_bytes() for file in sorted([*here.glob("*.py"), *here.glob("scoring/*.py")])]
    ours = [text for text in texts if b"\n@compiled" in text or b"(NamedTuple)" in text]
    digest = hashlib.sha256(b"".join(ours)).hexdigest()[:16]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gpu-fleet"
    own = os.environ.get("GPU_FLEET_CACHE")
    for root in (
        Path(own) if own else home,
        Path(tempfile.gettempdir()) / f"gpu-fleet-{os.getuid()}",
    ):
        folder = root / "placement" / digest
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="gpu-fleet-"))  # compiled again by every process


def is_new() -> bool:
    """Whether nothing is compiled yet: the first run takes half a minute longer."""
    settings: Any = numba.config
    return not any(Path(str(settings.CACHE_DIR)).glob("**/*.nbc"))


if not os.environ.get("NUMBA_CACHE_DIR"):
    cast("Any", numba.config).CACHE_DIR = str(_cache())


def compiled(function: _Function) -> _Function:
    """The function as machine code, kept between runs; releases the GIL while it runs.

    Without reference counts (`_nrt=False`): it may not make arrays, and an array handed
    on to the next function costs nothing. With them a run takes three times as long.
    """
    decorate = _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
    return cast("_Function", decorate(function))


def compiled_entry(function: _Function) -> _Function:
    """The same for what Python calls, which may make arrays."""
    decorate = _njit(cache=True, nogil=True, error_model="numpy")
    return cast("_Function", decorate(function))
