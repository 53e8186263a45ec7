"""Secret in a provider or backend block

Why: the block goes to version control and into every plan; a backend's keys are copied to
    `.terraform` on each machine that ran init.
Fix: take keys from the environment or from a role (`assume_role`, OIDC) and change the ones
    that were written down.

Bad (terraform):
    {"provider": {"alicloud": [{"region": "cn-beijing", "secret_key": "a8Kd93hGq1"}]}}
Good (terraform):
    {"provider": {"alicloud": [{"region": "cn-beijing", "secret_key": "${var.secret_key}"}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import secrets
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module


@rule(Severity.CRITICAL, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A literal under a name that says secret, in any provider or backend."""
    for part in (("provider",), ("terraform", "backend")):
        for path, value in secrets.texts(module.get(*part), part):
            name = str(path[-1])
            if secrets.is_written(value) and _is_secret(name, value):
                yield Fault(f"{name} is written down", path)


def _is_secret(name: str, value: str) -> bool:
    # A path to a kubeconfig is no secret; its content is.
    if name in {"access_key", "secret_id", "username", "config_path"}:
        return secrets.in_text(value) is not None
    return secrets.named(name) or secrets.in_text(value) is not None
