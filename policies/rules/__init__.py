"""Which rules are there? Packs of rules, one file a rule.

A pack is a package that lists its rules in `RULES`, by the names of their
modules; a pack whose rules are made of data has `made()` instead or beside. A
rule that is in no list does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from policies.rule import Rule

FILE = "__init__.py"


@cache
def packs() -> tuple[str, ...]:
    """The packages here, as packs are called: `delete-safety`."""
    found = (entry.name for entry in Path(__file__).parent.iterdir() if (entry / FILE).is_file())
    return tuple(sorted(name.replace("_", "-") for name in found))


@cache
def every() -> dict[str, Rule]:
    """All built-in rules by id, in the order of the packs."""
    found: dict[str, Rule] = {}
    for pack in packs():
        for rule in _of(pack):
            if rule.id in found:
                msg = f"this is a bug: two rules are called {rule.id}"
                raise AssertionError(msg)
            found[rule.id] = rule
    return found


def title(pack: str) -> str:
    """What a pack is about: the first line of its docstring."""
    return (import_module(_module(pack)).__doc__ or "").strip().splitlines()[0].rstrip(".")


def _of(pack: str) -> Iterator[Rule]:
    package = import_module(_module(pack))
    for name in getattr(package, "RULES", ()):
        yield import_module(f"{package.__name__}.{name}").check
    if hasattr(package, "made"):
        yield from package.made()


def _module(pack: str) -> str:
    return f"{__name__}.{pack.replace('-', '_')}"
