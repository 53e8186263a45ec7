"""The forms of a review: which are asked for, and each as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import msgspec

from environments.errors import UsageError
from environments.load import Loaded
from policies import reports
from policies.judge import Report
from policies.reports import inert
from policies.reports.rendered import Context
from scripts.reviewing import markdown
from scripts.reviewing.capacity import capacity
from scripts.reviewing.markdown import Extras
from scripts.reviewing.run import Reviewed

NAMES = ("markdown", "json", "html", "sarif")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the review, and the file it goes to (None: standard output)."""

    name: str
    file: Path | None = None


def wanted(shown: str, others: Iterable[str]) -> list[Form]:
    """What `--format` and each `--output FORMAT=FILE` ask for. `UsageError` for nonsense."""
    found = [Form(name=shown)]
    for word in others:
        name, _, file = word.partition("=")
        if name not in NAMES or not file:
            known = ", ".join(NAMES)
            raise UsageError(f'--output: "{word}" is not FORMAT=FILE; formats: {known}')
        found.append(Form(name=name, file=Path(file)))
    return found


def extras(reviewed: Reviewed, loaded: Loaded | None, *, head: str, link: str) -> Extras:
    """What the forms tell beside the review itself."""
    found = capacity(reviewed.plans, loaded.environment, loaded.demand) if loaded else None
    return Extras(
        findings=reviewed.findings,
        capacity=found,
        head=head,
        link=link,
        version=version("gpu-fleet"),
    )


def render(name: str, reviewed: Reviewed, extras: Extras) -> str:
    """The review in one form."""
    match name:
        case "markdown":
            return markdown.render(reviewed.review, extras)
        case "html":
            from scripts.reviewing import page

            return page.render(reviewed.review, extras)
        case "sarif":
            report = Report(findings=reviewed.findings, checked=len(reviewed.review.stacks))
            context = Context(rules=reviewed.rules, version=extras.version)
            return reports.render("sarif", report, context).text
        case _:
            # A terminal may show it: what would act there is written as JSON allows, \uXXXX.
            return inert.visible_json(
                msgspec.json.format(_json(reviewed, extras), indent=2).decode()
            )


def _json(reviewed: Reviewed, extras: Extras) -> bytes:
    data = msgspec.to_builtins(reviewed.review)
    data["findings"] = [
        {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "outcome": finding.outcome,
            "subject": finding.subject,
            "message": finding.message,
            "fix": finding.fix,
            "waived": finding.waiver is not None,
            "fingerprint": finding.fingerprint,
        }
        for finding in reviewed.findings
    ]
    data["capacity"] = None if extras.capacity is None else msgspec.to_builtins(extras.capacity)
    return msgspec.json.encode(data)
