"""Secret output that is not marked sensitive

Why: outputs are printed by every apply into the log of the job; volcenginecc does not mark
    its kubeconfig, so Terraform does not stop it either.
Fix: set `sensitive: true` on the output.

Bad (terraform):
    {"output": {"kubeconfig": {"value": "${volcenginecc_vke_kubeconfig.train.kubeconfig}"}}}
Good (terraform):
    {"output": {"kubeconfig": {"value": "${volcenginecc_vke_kubeconfig.train.kubeconfig}",
      "sensitive": true}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import get, is_true, mapping

_SECRET = re.compile(
    r"\.(kube_?config(?:_\w+)?|password|secret_key|access_key_secret|private_key(?:_\w+)?"
    r"|client_key|token|certificate_authority)\b"
)


@rule(Severity.HIGH, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """The value refers to a secret attribute or is one, and the output is not sensitive."""
    for name in mapping(module.document, "output"):
        for path, output in module.blocks("output", name):
            value = get(output, "value")
            if is_true(get(output, "sensitive")) or not isinstance(value, str):
                continue
            if found := _SECRET.search(value):
                yield Fault(f"{found[1]} is printed by every apply", (*path, "value"))
            elif kind := secrets.in_text(value):
                yield Fault(f"{kind} is printed by every apply", (*path, "value"))
