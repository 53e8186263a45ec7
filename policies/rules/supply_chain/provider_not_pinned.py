"""Provider without an exact version

Why: a provider decides what is replaced and what is deleted; volcenginecc changes within
    0.0.x. A range lets the machine that runs init choose, unless a lock file holds it.
Fix: write the exact version in `required_providers`, and raise it in a commit of its own.

Bad (terraform):
    {"terraform": {"required_providers": {
      "alicloud": {"source": "aliyun/alicloud", "version": ">= 1.200"}}}}
Good (terraform):
    {"terraform": {"required_providers": {
      "alicloud": {"source": "aliyun/alicloud", "version": "1.289.0"}}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import get, is_expression, mapping

_EXACT = re.compile(r"\s*=?\s*\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?\s*")


@rule(Severity.MEDIUM, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A version that is a range, or none; built-in providers have none."""
    required = ("terraform", "required_providers")
    for at, providers in module.blocks(*required):
        for name, said in mapping(providers).items():
            version = said if isinstance(said, str) else get(said, "version")
            if get(said, "source") == "terraform.io/builtin/terraform" or is_expression(version):
                continue
            path = (*at, name) if isinstance(said, str) else (*at, name, "version")
            if not isinstance(version, str):
                yield Fault(f"any version of {name} will do", path)
            elif not _EXACT.fullmatch(version):
                yield Fault(f'"{version}" of {name} is a range', path)
