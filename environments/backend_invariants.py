"""What must hold of where the states are kept, and what is told of those that nobody locks."""

from __future__ import annotations

from collections.abc import Iterator

from environments.cloud_invariants import appid_message, ends_in_appid
from environments.faults import Fault, Path
from environments.model import Backend, Cos, Oss, Tos

AT: Path = ("backend",)


def faults(backend: Backend) -> Iterator[Fault]:
    """Every relation that does not hold of the backend."""
    match backend:
        case Cos() if not ends_in_appid(backend.bucket):
            message = appid_message(backend.bucket)
            yield Fault((*AT, "bucket"), "bucket-without-appid", message)
        case Oss():
            keys = {"lock_table": backend.lock_table, "lock_endpoint": backend.lock_endpoint}
            for key, other in (("lock_table", "lock_endpoint"), ("lock_endpoint", "lock_table")):
                if keys[key] is None and keys[other] is not None:
                    message = f'"{key}" is missing: locks need the table and where it is'
                    needs = ((*AT, key),)
                    yield Fault((*AT, key), "missing-key", message, at_key=True, needs=needs)


def warnings(backend: Backend) -> Iterator[Fault]:
    """A warning where two people may apply at once, and one of them loses what the other did."""
    match backend:
        case Oss(lock_table=None):
            message = (
                "nothing locks these states: two applies at once can lose resources; "
                "give lock_table and lock_endpoint"
            )
            yield Fault(AT, "unlocked-states", message, at_key=True)
        case Tos():
            message = (
                "TOS HAS NO LOCKS: two applies at once lose each other's resources, and machines "
                "go on costing; let one pipeline apply, one run at a time, or use cos or oss"
            )
            yield Fault(AT, "unlocked-states", message, at_key=True)
