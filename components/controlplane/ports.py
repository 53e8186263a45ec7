"""Which loopback ports are free?

kwokctl picks ports of its own, but two of them running at once pick the same
ones; so ports are chosen here, for all planes of a twin. A port can still be
taken between the choice and its use: `planes` then starts anew with others.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Collection, Iterator

from environments.errors import OutsideError

LOOPBACK = "127.0.0.1"
# Below the range that systems give to outgoing connections (from 32768 on Linux),
# which a busy API server opens by the hundred.
_FIRST, _LAST = 20_000, 29_999


def free(count: int, *, taken: Collection[int] = ()) -> tuple[int, ...]:
    """So many ports that nobody listens on, none of them among the taken."""
    found = [port for port, _ in zip(_free_ports(taken), range(count), strict=False)]
    if len(found) < count:
        raise OutsideError(
            f"fewer than {count} free ports between {_FIRST} and {_LAST} on {LOOPBACK};"
            " end what listens there and run again"
        )
    return tuple(found)


def _free_ports(taken: Collection[int]) -> Iterator[int]:
    span = _LAST - _FIRST + 1
    start = random.randrange(span)
    for offset in range(span):
        port = _FIRST + (start + offset) % span
        if port not in taken and _is_free(port):
            yield port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port in TIME_WAIT from an earlier run counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
