"""One review, from plan files to all that is told of them."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from environments.errors import UsageError
from environments.load import Loaded
from policies import waivers
from policies.finding import Finding, Severity
from policies.judge import judge
from policies.review.review import Review, review
from policies.rule import Rule
from policies.subject import Change, Fleet, PlanFile
from scripts.linting import collected
from scripts.linting.known import known
from scripts.reviewing import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What came of it."""

    review: Review
    findings: tuple[Finding, ...]
    rules: dict[str, Rule]
    plans: tuple[PlanFile, ...]

    def exit_code(self, fail_on: Severity | None) -> int:
        """1 for a plan that cannot be applied, or a finding at or above; 0 otherwise."""
        if not self.review.approvable:
            return 1
        return 1 if any(_fails(finding, fail_on) for finding in self.findings) else 0


def run(paths: Sequence[Path], loaded: Loaded | None, today: dt.date) -> Reviewed:
    """Reads, judges and reviews. Raises `InvalidInput` and `UsageError` as `reading` does."""
    # A plan becomes very many small objects, and none of them is garbage before the end.
    gc.disable()
    try:
        subjects = reading.read(paths)
        plans = reading.plans(subjects)
        name = loaded.environment.name if loaded else ""
        _refuse_mixed([plan.address for plan in plans], name)
        rules = {
            each.id: each for each in known(loaded).values() if each.judges in {Change, PlanFile}
        }
        fleet = Fleet(
            environment=loaded.environment if loaded else None,
            demand=loaded.demand if loaded else None,
            subjects=tuple(subjects),
            today=today,
        )
        findings: Sequence[Finding] = judge(fleet, list(rules.values())).findings
        if loaded is not None:
            findings = _accepted(loaded, rules, fleet, findings)
        return Reviewed(
            review=review(plans, environment=name, findings=findings),
            findings=tuple(findings),
            rules=rules,
            plans=tuple(plans),
        )
    finally:
        gc.enable()


def _accepted(
    loaded: Loaded, rules: dict[str, Rule], fleet: Fleet, findings: Iterable[Finding]
) -> list[Finding]:
    """Findings with the waivers of the environment; those about other evidence are left alone."""
    ruling = waivers.Ruling(
        accepted=[one for one in collected.accepted(loaded) if one.rule in rules],
        rules=rules,
        known=frozenset(rules),
        fleet=fleet,
        today=fleet.today,
    )
    return ruling.applied(findings)


def _refuse_mixed(stacks: Sequence[str], environment: str) -> None:
    """A stack of another environment in a review of this one is a mistake of the caller."""
    if not environment:
        return
    strange = [name for name in stacks if not name.startswith(f"{environment}-")]
    if strange:
        raise UsageError(
            f'{", ".join(strange[:3])}: not of environment "{environment}", whose stacks begin with'
            f' "{environment}-"; review each environment on its own'
        )


def _fails(finding: Finding, fail_on: Severity | None) -> bool:
    if fail_on is None or finding.waiver is not None:
        return False
    return finding.outcome == "error" or (finding.outcome == "fail" and finding.severity >= fail_on)
