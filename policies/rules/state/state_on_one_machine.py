"""State that lies on one machine

Why: whoever else runs Terraform starts from nothing and builds the fleet twice; a lost disk
    loses what knows which machines are whose.
Fix: use a bucket with a lock: COS, OSS with a TableStore table, or TOS through `s3` with one
    job at a time.

Bad (terraform):
    {"terraform": {"backend": {"local": {"path": "train.tfstate"}}},
     "provider": {"volcenginecc": {"region": "cn-beijing"}}}
Good (terraform):
    {"terraform": {"backend": {"cos": {"bucket": "states-1250000000", "key": "train"}}},
     "provider": {"volcenginecc": {"region": "cn-beijing"}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from policies import backends
from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module
from policies.values import mapping


@rule(Severity.MEDIUM, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """A local backend; or none in a root, which is what configures providers."""
    found = backends.backend(module)
    if found is None:
        if mapping(module.document, "provider") and not _beside(module, fleet):
            yield Fault("no backend: the state lies where Terraform ran", ("terraform",))
    elif found.kind == "local":
        yield Fault("the state lies on one machine", found.path, at_key=True)


def _beside(module: Module, fleet: Fleet) -> bool:
    """Whether another file of the directory has the backend: Terraform reads them as one."""
    here = _directory(module)
    return here is not None and any(
        backends.backend(other) is not None and _directory(other) == here
        for other in fleet.of(Module)
        if other is not module
    )


def _directory(module: Module) -> PurePath | None:
    place = module.place()
    return PurePath(place.file).parent if place else None
