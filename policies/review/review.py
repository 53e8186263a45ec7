"""Everything a reviewer must know of some plans, as plain data.

One review may hold the plans of several stacks. What is secret in a plan is not in
here; text that comes from a plan is as it stands there, and made harmless by whoever
shows it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from policies.change import Change, Check, PlanFile, configured
from policies.finding import Finding
from policies.review import groups
from policies.review.dangers import Danger, dangers, worst_first
from policies.review.groups import Action, Group
from policies.review.moves import Moved, moved

Risk = Literal["none", "low", "high", "danger"]
"""`danger`: something is taken away. `high`: a finding or an unknown stands against it."""


MOST_TWICE = 5
"""Addresses told one by one that a plan has twice."""


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """One plan."""

    name: str
    file: str
    terraform_version: str
    planned: str
    """When, as the plan says."""
    hash: str
    """Of what it would change: two plans of one hash do the same."""
    counts: dict[Action, int]
    approvable: bool
    """Whether it may be applied as it is."""
    remarks: tuple[str, ...] = ()
    """Why not, or what else to know of it."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was changed outside of Terraform."""

    stack: str
    address: str
    action: Action
    relevant: bool
    """Whether it has a part in what this plan changes."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """An output that changes: other stacks may read it."""

    stack: str
    name: str
    action: str
    read_by: tuple[str, ...] = ()
    """Stacks of this review that read it, where it is taken away."""


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be planned yet."""

    stack: str
    address: str
    reason: str


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A check of the configuration that does not pass."""

    stack: str
    name: str
    status: str
    problems: tuple[str, ...]


class StackGroups(msgspec.Struct, frozen=True, kw_only=True):
    """The changes of one stack."""

    stack: str
    groups: tuple[Group, ...]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it."""

    environment: str
    risk: Risk
    stacks: tuple[Stack, ...]
    dangers: tuple[Danger, ...]
    changes: tuple[StackGroups, ...]
    drift: tuple[Drift, ...]
    outputs: tuple[Output, ...]
    deferred: tuple[Deferred, ...]
    conditions: tuple[Condition, ...]
    moved: tuple[Moved, ...]
    actions: tuple[str, ...]
    """Provider actions that the apply runs beside the changes."""
    hash: str
    """Of all stacks together."""
    format: str = "gpu-fleet-review/1"

    @property
    def counts(self) -> Counter[Action]:
        """Changes of all stacks by what they are."""
        total: Counter[Action] = Counter()
        for stack in self.stacks:
            total.update(stack.counts)
        return total

    @property
    def approvable(self) -> bool:
        """Whether every plan may be applied as it is."""
        return all(stack.approvable for stack in self.stacks)


def review(
    plans: Sequence[PlanFile], *, environment: str = "", findings: Sequence[Finding] = ()
) -> Review:
    """The review of some plans, each of a stack of its own name."""
    live = {plan.address: _live(plan.changes) for plan in plans}
    found = worst_first(d for plan in plans for d in dangers(plan.address, live[plan.address]))
    stacks = tuple(_stack(plan, live[plan.address]) for plan in plans)
    outputs = tuple(_outputs(plans))
    elsewhere = tuple(moved(plans))
    return Review(
        environment=environment,
        risk=_risk(stacks, found, findings, outputs),
        stacks=stacks,
        dangers=tuple(_unless_moved(danger, elsewhere) for danger in found),
        changes=tuple(
            StackGroups(stack=plan.address, groups=tuple(groups.groups(live[plan.address])))
            for plan in plans
        ),
        drift=tuple(drift for plan in plans for drift in _drift(plan, live[plan.address])),
        outputs=outputs,
        deferred=tuple(
            Deferred(stack=plan.address, address=address, reason=reason.replace("_", " "))
            for plan in plans
            for address, reason in plan.deferred
        ),
        conditions=tuple(
            _condition(plan, check)
            for plan in plans
            for check in plan.checks
            if check.status != "pass"
        ),
        moved=elsewhere,
        actions=tuple(name for plan in plans for name in plan.invocations),
        hash=of_stacks(stack.hash for stack in stacks),
    )


def _live(changes: Iterable[Change]) -> tuple[Change, ...]:
    """What changes something; a plan names everything else too."""
    return tuple(
        change
        for change in changes
        if change.actions != ("no-op",) or change.imported or change.previous_address
    )


def _unless_moved(danger: Danger, elsewhere: Sequence[Moved]) -> Danger:
    """What another state takes over is not forgotten."""
    here = f"{danger.stack}: {danger.address}"
    target = next((each.target for each in elsewhere if each.source == here), "")
    if danger.what != "forget" or not target:
        return danger
    return msgspec.structs.replace(danger, then=f"it is imported as {target}")


def _stack(plan: PlanFile, live: Sequence[Change]) -> Stack:
    counts = Counter(word for change in live if (word := groups.action(change)))
    twice = _twice(plan)
    remarks = tuple(_remarks(plan, counts, twice))
    return Stack(
        name=plan.address,
        file=place.file if (place := plan.place()) else "",
        terraform_version=plan.terraform_version,
        planned=plan.timestamp,
        hash=_hash(plan, live),
        counts=dict(counts),
        approvable=plan.complete
        and not plan.errored
        and not (counts and plan.applyable is False)
        and not twice,
        remarks=remarks,
    )


def _remarks(plan: PlanFile, counts: Counter[Action], twice: Sequence[str]) -> Iterator[str]:
    if plan.errored:
        yield "the plan ended with an error; it is not all that would change"
    if plan.applyable is False and not plan.errored and counts:
        yield "terraform would not apply it"
    if not plan.complete:
        yield "not everything was planned (-target, or deferred changes): plan again afterwards"
    for address in twice[:MOST_TWICE]:
        yield f"{address} is in the plan twice"
    if len(twice) > MOST_TWICE:
        yield f"and {len(twice) - MOST_TWICE:,} more are in it twice"
    if counts and all(change.actions == ("delete",) for change in plan.changes if _managed(change)):
        yield "everything in the stack is destroyed"


def _managed(change: Change) -> bool:
    return change.mode == "managed"


def _twice(plan: PlanFile) -> list[str]:
    seen = Counter(change.address for change in plan.changes)
    return [address for address, count in seen.items() if count > 1]


def _outputs(plans: Sequence[PlanFile]) -> Iterator[Output]:
    for plan in plans:
        for name, actions in plan.output_actions.items():
            if actions == ("no-op",):
                continue
            readers = tuple(other.address for other in plans if _reads(other, plan.address, name))
            yield Output(
                stack=plan.address,
                name=name,
                action=" and ".join(actions),
                read_by=readers if actions == ("delete",) else (),
            )


def _reads(reader: PlanFile, stack: str, output: str) -> bool:
    """Whether its configuration reads the output of the state that the stack's name leads to."""
    return reader.address != stack and any(
        output == name and stack in said for said, name in reader.reads
    )


def _risk(
    stacks: Sequence[Stack],
    found: Sequence[Danger],
    findings: Sequence[Finding],
    outputs: Sequence[Output],
) -> Risk:
    if found or any("unknown" in stack.counts for stack in stacks):
        return "danger"
    if any(not stack.approvable for stack in stacks) or any(each.read_by for each in outputs):
        return "high"
    if any(finding.waiver is None and finding.outcome != "unknown" for finding in findings):
        return "high"
    return "low" if any(stack.counts for stack in stacks) else "none"


def _drift(plan: PlanFile, live: Sequence[Change]) -> Iterator[Drift]:
    touched = {change.address for change in live}
    read = {*plan.relevant, *map(configured, plan.relevant)}
    for change in plan.drift:
        word = groups.action(change)
        if word is None or (word == "move" and not change.updates):
            continue
        here = {change.address, configured(change.address)}
        relevant = change.address in touched or not here.isdisjoint(read)
        yield Drift(stack=plan.address, address=change.address, action=word, relevant=relevant)


def _condition(plan: PlanFile, check: Check) -> Condition:
    return Condition(
        stack=plan.address, name=check.name, status=check.status, problems=check.problems
    )


def digest(plan: PlanFile) -> str:
    """The hash of all that an apply would do: actions, values, outputs, in whatever order."""
    return _hash(plan, _live(plan.changes))


def _hash(plan: PlanFile, live: Sequence[Change]) -> str:
    changes = (
        b"\0".join(
            [
                change.address.encode(),
                change.previous_address.encode(),
                ",".join(change.actions).encode(),
                *(
                    bytes(change.raw.get(part) or b"")
                    for part in ("before", "after", "after_unknown", "importing")
                ),
            ]
        )
        for change in live
    )
    return _digest(sorted([*changes, *plan.others]))


def changing(plan: PlanFile) -> int:
    """How many things an apply would do, moves in the state and outputs among them."""
    return 0 if plan.applyable is False else len(_live(plan.changes)) + len(plan.others)


def of_stacks(hashes: Iterable[str]) -> str:
    """The hash of several stacks together, in whatever order they come."""
    return _digest(each.encode() for each in sorted(hashes))


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()
