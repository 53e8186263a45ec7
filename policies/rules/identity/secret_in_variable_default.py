"""Secret as the default of a variable

Why: a default is a literal in the code, `sensitive` hides it on the screen only, and it is in
    force wherever somebody forgot to set the variable.
Fix: remove the default, so that Terraform asks; set it as TF_VAR_... from a vault.

Bad (terraform):
    {"variable": {"registry_password": {"default": "Tr0ub4dor&3", "sensitive": true}}}
Good (terraform):
    {"variable": {"registry_password": {"sensitive": true}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import get, mapping


@rule(Severity.CRITICAL, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A default that is a secret by the variable's name or by its own form."""
    for name in mapping(module.document, "variable"):
        for path, body in module.blocks("variable", name):
            default = get(body, "default")
            if not secrets.is_written(default):
                continue
            if kind := secrets.in_text(default):
                yield Fault(f"the default of {name} is {kind}", (*path, "default"))
            elif secrets.named(name) and not default.startswith(("~", "/", ".")):
                yield Fault(f"the default of {name} is written down", (*path, "default"))
