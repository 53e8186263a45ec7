"""State that two stacks share

Why: each stack's apply sees the other's resources as things that nobody wants any more, and
    destroys them.
Fix: give each stack a key of its own, `<environment>/<cluster>/<layer>`.

Bad (terraform):
    [{"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "production"}}}},
     {"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "production"}}}}]
Good (terraform):
    [{"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "production/train"}}}},
     {"terraform": {"backend": {"cos": {"bucket": "states-1", "key": "production/infer"}}}}]
"""

from __future__ import annotations

from collections.abc import Iterator

from policies import backends
from policies.finding import Related, Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, Module


@rule(Severity.CRITICAL, judges=Module)
def check(module: Module, fleet: Fleet) -> Iterator[Fault]:
    """Another file names the same object of the same bucket."""
    found = backends.backend(module)
    if found is None or found.key is None:
        return
    others = [one for one in backends.states(fleet).get(found.key, ()) if one is not module]
    if others:
        first = others[0]
        said = f"{first.stack} keeps its state there too"
        yield Fault(
            f"the state is also that of {first.stack}: each apply destroys the other's resources",
            found.path,
            at_key=True,
            related=(Related(message=said, place=first.place(("terraform", "backend"))),),
        )
