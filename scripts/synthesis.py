"""The app run as a program of its own, as the CDK's command line runs it.

The engine loads a second and a Node process; in a child both are gone when the
stacks are written, and whatever it prints does not mix with ours.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from components.controlplane import children, tools
from environments.errors import OutsideError
from scripts.console import Reporter
from scripts.rehearsal.place import CHECKOUT
from stacks.request import Request

TYPICAL_SECONDS = 4.0


def synthesize(request: Request, out: Path, reporter: Reporter) -> float:
    """Write the stacks of what is asked for below `out`; the seconds that it took.

    The request is loaded here before: what is wrong with the files is told by
    whoever calls, not by the child. Raises `OutsideError` when the engine fails.
    """
    request.orders()
    variables = {**os.environ, **tools.node_environment(), **request.variables()}
    said: list[str] = []
    start = time.monotonic()
    status = children.run(
        [sys.executable, "-m", "stacks"],
        folder=CHECKOUT,
        environment={**variables, "CDKTF_OUTDIR": str(out.resolve())},
        heard=said.append,
        tick=lambda seconds: reporter.step("synth", min(seconds, 3.9), TYPICAL_SECONDS),
    )
    if status != 0:
        last = " ".join(line.strip() for line in said[-3:]) or "without a word"
        msg = f"the stacks could not be synthesized: {last}"
        raise OutsideError(msg)
    reporter.step("synth", TYPICAL_SECONDS, TYPICAL_SECONDS)
    return time.monotonic() - start
