"""State that is not encrypted

Why: a state holds kubeconfigs, passwords and tokens in clear; OSS and S3 leave it as it is
    unless `encrypt` is set.
Fix: set `encrypt` to true.

Bad (terraform):
    {"terraform": {"backend": {"oss": {"bucket": "s", "key": "k", "tablestore_table": "locks"}}}}
Good (terraform):
    {"terraform": {"backend": {"oss": {"bucket": "s", "key": "k", "tablestore_table": "locks",
      "encrypt": true}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import backends
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import ABSENT, is_false, is_true

ON_BY_DEFAULT = {"cos": True, "oss": False, "s3": False}


@rule(Severity.MEDIUM, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """`encrypt` is off or was left to a default that is off."""
    found = backends.backend(module)
    if found is None or found.kind not in ON_BY_DEFAULT:
        return
    encrypt = found.get("encrypt")
    off_by_default = encrypt is ABSENT and not ON_BY_DEFAULT[found.kind]
    if is_false(encrypt) or off_by_default or not (encrypt is ABSENT or is_true(encrypt)):
        yield Fault("the state lies in the bucket in clear", (*found.path, "encrypt"))
