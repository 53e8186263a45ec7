"""A process that asks policies of users, and may be stopped: it holds nothing of value.

It reads a line of JSON for each question and writes one for each answer, until
its input ends. Its memory and processor time are bounded, so a policy that never
ends or takes all memory ends this process alone.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import Any

import msgspec

from policies.cel.policy import Policy, Refusal
from policies.cel.text import Broken

MOST_BYTES = 1 << 30
"""Address space of the process, its libraries included."""
MOST_SECONDS = 60
"""Processor time over all questions."""


class Question(msgspec.Struct, kw_only=True):
    """A policy and the request it is asked about."""

    policy: msgspec.Raw
    """A `Policy` in JSON: its texts are compiled once, however often it is asked."""
    values: dict[str, Any]


class Answer(msgspec.Struct, kw_only=True):
    """What the policy says against it; `broken` where it cannot be asked at all."""

    refusals: list[Refusal] = []
    broken: str = ""


def main() -> None:
    """Answer until nobody asks."""
    _bound()
    decode = msgspec.json.Decoder(Question).decode
    known: dict[bytes, Policy] = {}
    _say(Answer())  # Ready: starting is not the policy's time.
    for line in sys.stdin.buffer:
        question = decode(line)
        texts = bytes(question.policy)
        if texts not in known:
            known[texts] = msgspec.json.decode(texts, type=Policy)
        _say(_answer(known[texts], question.values))


def _bound() -> None:
    limits = {
        resource.RLIMIT_AS: MOST_BYTES,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        # Not every system bounds everything; whoever asks has a clock of its own.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def _say(answer: Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def _answer(policy: Policy, values: dict[str, Any]) -> Answer:
    try:
        return Answer(refusals=policy.refusals(values))
    except Broken as error:
        return Answer(broken=str(error))


if __name__ == "__main__":
    main()
