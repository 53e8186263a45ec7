"""Provider that nobody maintains

Why: the documentation of volcengine/volcengine says that it is no longer maintained: faults
    stay, and new fields (spot, containerd, deployment sets) come to volcenginecc alone.
Fix: use volcengine/volcenginecc for what is new; import what exists resource by resource.

Bad (terraform):
    {"terraform": {"required_providers": {
      "volcengine": {"source": "volcengine/volcengine", "version": "0.0.195"}}}}
Good (terraform):
    {"terraform": {"required_providers": {
      "volcenginecc": {"source": "volcengine/volcenginecc", "version": "0.0.53"}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import mapping, text

ABANDONED = {
    "volcengine/volcengine": "use volcengine/volcenginecc",
}


@rule(Severity.INFO, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A source that is on the list of those whose authors gave up."""
    for at, providers in module.blocks("terraform", "required_providers"):
        for name, said in mapping(providers).items():
            source = text(said, "source").removeprefix("registry.terraform.io/").lower()
            if source in ABANDONED:
                message = f"{source} is no longer maintained"
                yield Fault(message, (*at, name, "source"), fix=ABANDONED[source])
