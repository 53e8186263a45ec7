"""Everything that one run judges, as subjects; and what could not be read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from environments import load, model
from environments.errors import InvalidInput, Problem
from environments.load import Loaded
from policies.evidence import environment, files, manifests, plan, terraform
from policies.finding import Finding, Place, Severity, Waiver
from policies.objects import Chart, Manifest, prefixed
from policies.origin import Subject
from policies.resource import Module, Resource
from policies.subject import Change, Fleet
from policies.waivers import Accepted
from scripts.linting import lines
from stacks import names

STDIN = "-"


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What was collected."""

    subjects: list[Subject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    """About files that cannot be judged."""
    accepted: list[Accepted] = field(default_factory=list)
    """Waivers of the environment."""
    loaded: Loaded | None = None
    notes: list[str] = field(default_factory=list)
    """What a person should know of what was not judged."""

    def fleet(self, today: dt.date) -> Fleet:
        """All of it, as rules see it."""
        return Fleet(
            environment=self.loaded.environment if self.loaded else None,
            demand=self.loaded.demand if self.loaded else None,
            subjects=tuple(self.subjects),
            today=today,
        )

    def take(self, found: terraform.Found | plan.Found) -> None:
        """Add what a reader found."""
        self.subjects += found.subjects
        self.findings += found.findings


# --- of others -----------------------------------------------------------------


def add_manifests(evidence: Evidence, path: str) -> None:
    """The Kubernetes objects of a file, a directory, or standard input (`-`)."""
    if path == STDIN:
        content = sys.stdin.buffer.read(files.MAX_BYTES + 1)
        found = manifests.of_text(content, "<stdin>")
    else:
        found = manifests.of_path(Path(path))
    evidence.subjects += found.manifests
    evidence.findings += found.findings
    if not found.manifests and not found.findings:
        seen = f"{found.files} files" if found.files != 1 else "one file"
        evidence.notes.append(f"no Kubernetes object in {path} ({seen})")


def add_terraform(evidence: Evidence, path: str) -> None:
    """The Terraform JSON of a file or a directory."""
    found = terraform.of_path(Path(path))
    evidence.take(found)
    if not found.files:
        evidence.notes.append(
            f"no *.tf.json in {path}; HCL is not read: see `terraform show -json`"
        )


def add_plan(evidence: Evidence, path: str) -> None:
    """A plan; changes of our own stacks lead back to the environment."""
    found = plan.of_path(Path(path))
    if evidence.loaded is not None:
        found.subjects[:] = [_led_back(evidence.loaded, change) for change in found.subjects]
    evidence.take(found)


def _led_back(loaded: Loaded, subject: Subject) -> Subject:
    if not isinstance(subject, Change):
        return subject
    for cluster in loaded.environment.clusters:
        origin = lines.of_name(loaded, cluster, subject.name, subject.module_address)
        if len(origin.part) > 2 and origin.part[0] == "clusters":
            return dataclasses.replace(subject, origin=origin)
    return subject


# --- of ours -------------------------------------------------------------------


def add_environment(evidence: Evidence, name: str) -> None:
    """An environment, its demand, its waivers, and all that its addons put into clusters.

    A file that is no environment becomes findings. Raises `UsageError` where there
    is no such file.
    """
    try:
        loaded = load.load(name)
    except InvalidInput as invalid:
        evidence.findings += map(_invalid, invalid.problems)
        return
    evidence.loaded = loaded
    evidence.subjects += environment.subjects(loaded)
    evidence.subjects += _made(loaded)
    evidence.accepted += accepted(loaded)


def _invalid(problem: Problem) -> Finding:
    return Finding(
        rule=problem.rule,
        severity=Severity.CRITICAL,
        outcome="error",
        subject=problem.path or problem.file,
        message=problem.message,
        detail=problem.message,
        fix="repair the file; nothing else of it is judged before",
        place=Place(file=problem.file, line=problem.line, column=problem.column),
    )


def _made(loaded: Loaded) -> Iterator[Subject]:
    for stack in names.order(loaded.environment):
        cluster = stack.cluster
        for addon in names.contents(loaded.environment, loaded.demand, stack):
            for body in addon.manifests:
                origin = lines.of_manifest(loaded, cluster, body)
                yield from manifests.of_objects([body], cluster, origin)
            for chart in addon.charts:
                yield Chart(
                    address=prefixed(cluster, f"Chart/{chart.namespace}/{chart.release}"),
                    origin=lines.of_chart(loaded, cluster),
                    release=chart.release,
                    name=chart.name,
                    repository=chart.repository,
                    version=chart.version,
                    namespace=chart.namespace,
                    values=chart.values,
                    cluster=cluster,
                )


def accepted(loaded: Loaded) -> Iterator[Accepted]:
    """What the environment waives."""
    lines_ = environment.Lines(loaded.document)
    for at, waiver in enumerate(loaded.environment.waivers):
        yield Accepted(
            rule=waiver.rule,
            subject=waiver.subject,
            waiver=_waiver(waiver, lines_.place(("waivers", at, "rule"))),
        )


def _waiver(waiver: model.Waiver, place: Place) -> Waiver:
    return Waiver(
        channel="environment",
        reason=waiver.reason,
        owner=waiver.owner,
        until=dt.date.fromisoformat(waiver.until),
        place=place,
    )


def add_stacks(evidence: Evidence, directory: Path) -> None:
    """The synthesized stacks of the environment, each resource with the environment's line.

    What they put into clusters was judged as addons: it is the very same data.
    """
    loaded = evidence.loaded
    if loaded is None:
        return
    for stack in names.order(loaded.environment):
        file = directory / "stacks" / str(stack) / "cdk.tf.json"
        found = terraform.of_path(file)
        kept = _outside_clusters(found.subjects)
        found.subjects[:] = [_of_stack(loaded, stack.cluster, subject) for subject in kept]
        evidence.take(found)


def _outside_clusters(subjects: Iterable[Subject]) -> list[Subject]:
    return [one for one in subjects if not isinstance(one, Manifest | Chart)]


def _of_stack(loaded: Loaded, cluster: str, subject: Subject) -> Subject:
    match subject:
        case Resource():
            origin = lines.of_name(loaded, cluster, subject.construct, subject.name)
        case Module():
            origin = lines.of_name(loaded, cluster)
        case _:
            return subject
    return dataclasses.replace(subject, origin=origin)
