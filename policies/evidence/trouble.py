"""A file that cannot be judged, as a finding: told with its place, never passed over."""

from __future__ import annotations

from policies.finding import Finding, Place, Severity

UNREADABLE = "unreadable-file"
OVER_BUDGET = "budget-exceeded"
DUPLICATE_KEY = "duplicate-key"
UNRENDERED = "unrendered-template"

FIXES = {
    UNREADABLE: "repair the file, or leave it out",
    OVER_BUDGET: "split the file, or leave it out: no file of people is this large",
    DUPLICATE_KEY: "remove one of the two: readers disagree about which one counts",
    UNRENDERED: "render it first, as in: helm template CHART | fleet lint --manifests -",
}
"""What a person does about each; the ids are of the engine, no rule file has them."""


class Unreadable(Exception):
    """Nothing behind this place can be read. Caught by the readers of evidence."""

    def __init__(self, place: Place, message: str, rule: str = UNREADABLE) -> None:
        super().__init__(message)
        self.place, self.message, self.rule = place, message, rule

    def finding(self) -> Finding:
        """What is told about it."""
        return trouble(self.rule, self.place, self.message)


def trouble(rule: str, place: Place, message: str) -> Finding:
    """A finding about a file."""
    is_error = rule in {UNREADABLE, OVER_BUDGET}
    return Finding(
        rule=rule,
        severity=Severity.HIGH if is_error else Severity.LOW,
        outcome="error" if is_error else "fail",
        subject=place.file,
        message=message,
        detail=message,
        fix=FIXES[rule],
        place=place,
    )
