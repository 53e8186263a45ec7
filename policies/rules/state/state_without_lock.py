"""State without a lock

Why: two applies at once write over each other's state, and machines that one of them bought
    are known to nobody. OSS without a table answers that it locked, and did not; the S3
    interface of TOS is not known to refuse a second lock file.
Fix: OSS: `tablestore_table` and its endpoint; S3: `use_lockfile`; TOS: let one job at a time
    apply (a concurrency group of the pipeline) and waive this rule with that reason.

Bad (terraform):
    {"terraform": {"backend": {"oss": {"bucket": "states", "key": "train", "encrypt": true}}}}
Good (terraform):
    {"terraform": {"backend": {"oss": {"bucket": "states", "key": "train", "encrypt": true,
      "tablestore_table": "locks", "tablestore_endpoint": "https://l.ots.aliyuncs.com"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import backends
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import ABSENT, is_true


@rule(Severity.HIGH, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A bucket that does not lock as it is set up. COS locks by itself."""
    found = backends.backend(module)
    if found is None:
        return
    if found.kind == "oss" and found.get("tablestore_table") is ABSENT:
        yield Fault("OSS locks nothing without tablestore_table", found.path, at_key=True)
    elif found.kind == "s3" and found.on_volcano:
        yield Fault("TOS is not known to lock", found.path, at_key=True)
    elif found.kind == "s3" and not _locks(found):
        yield Fault("neither use_lockfile nor dynamodb_table is set", found.path, at_key=True)
    elif found.kind == "http" and found.get("lock_address") is ABSENT:
        yield Fault("no lock_address: nothing is locked", found.path, at_key=True)


def _locks(found: backends.Backend) -> bool:
    return is_true(found.get("use_lockfile")) or found.get("dynamodb_table") is not ABSENT
