"""Asking a policy in a process of its own, with an end to its patience.

Policies of users are asked here: CEL always ends in theory, but a text of one line
can take hours, or more memory than there is.
"""

from __future__ import annotations

import atexit
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from policies.cel.policy import Policy, Refusal
from policies.cel.text import Broken
from policies.cel.worker import Answer, Question

MOST_SECONDS = 2.0
"""For one question. The API server's own limit is a tenth of that, roughly."""
START_SECONDS = 20.0
"""For the process to begin, on a busy machine."""
MOST_ANSWER = 1 << 22
_ROOT = Path(__file__).resolve().parents[2]


class OverBudget(ValueError):
    """A policy took more time or memory than any policy needs."""


@dataclass(slots=True)
class Apart:
    """One process for all policies, begun with the first question."""

    seconds: float = MOST_SECONDS
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def refusals(self, policy: Policy, values: Mapping[str, Any]) -> list[Refusal]:
        """What the policy says against the request. Raises `OverBudget` and `Broken`."""
        process = self._running()
        texts = msgspec.Raw(msgspec.json.encode(policy))
        question = msgspec.json.encode(Question(policy=texts, values=dict(values))) + b"\n"
        try:
            if process.stdin is not None:
                process.stdin.write(question)
                process.stdin.flush()
        except BrokenPipeError:
            pass  # It ended; reading says so.
        answer = msgspec.json.decode(self._line(process, self.seconds), type=Answer)
        if answer.broken:
            raise Broken(answer.broken)
        return answer.refusals

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "policies.cel.worker"],
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            atexit.register(self.close)
            self._line(self._process, START_SECONDS)
        return self._process

    def _line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes:
        """One line of its output, or an end to it."""
        out, found = process.stdout, b""
        deadline = time.monotonic() + seconds
        if out is None:
            raise AssertionError("this is a bug: the process has no output")
        with selectors.DefaultSelector() as waiting:
            waiting.register(out, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                if not waiting.select(deadline - time.monotonic()):
                    self.close()
                    msg = f"it takes more than {seconds:g} s for one object"
                    raise OverBudget(msg)
                part = out.read1(1 << 16)  # type: ignore[attr-defined]
                found += part
                if not part or len(found) > MOST_ANSWER:
                    self.close()
                    msg = "it takes more memory than a policy may"
                    raise OverBudget(msg)
        return found


APART = Apart()
"""The one of this run."""
