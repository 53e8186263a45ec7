"""Plan that is not the whole of it

Why: a plan that ended in an error, or that looked at a part (`-target`, deferred changes),
    says nothing about the rest; what it does not show is not approved by approving it.
Fix: mend the error and plan again, without -target.

Bad (plan):
    {"format_version": "1.2", "errored": true, "resource_changes": []}
Good (plan):
    {"format_version": "1.2", "errored": false, "complete": true, "resource_changes": []}
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.finding import Severity
from policies.rule import Fault, rule
from policies.subject import Fleet, PlanFile


@rule(Severity.MEDIUM, judges=PlanFile)
def check(plan: PlanFile, fleet: Fleet) -> Iterator[Fault]:
    """Terraform says so itself."""
    if plan.errored:
        yield Fault("the plan ended in an error", ("errored",))
    elif not plan.complete:
        yield Fault("the plan shows a part only", ("complete",))
