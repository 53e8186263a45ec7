"""Which findings are accepted, by whom, until when; and which waivers are wrong.

Four channels: `waivers` of the environment, `"//"` of a Terraform resource, an
annotation of a manifest, and a baseline (`baseline`). Beside a resource or a
manifest a waiver is one line, and needs all three parts:

    gpu-fleet.dev/waive.<rule>: "reason; owner; until=2027-01-31"

A waiver that is past its day, or that waives nothing, is a finding itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from policies import values
from policies.finding import Channel, Finding, Place, Severity, Waiver
from policies.finding import Path as Steps
from policies.objects import Manifest
from policies.origin import Subject
from policies.resource import Module, Resource
from policies.rule import Rule
from policies.subject import Fleet

PREFIX = "gpu-fleet.dev/waive."
"""Of an annotation; the rule's id follows."""

COMMENT = "gpu-fleet.dev/waive"
"""The key in `"//"` of Terraform JSON that holds a map of rule to text."""

SOON = dt.timedelta(days=14)

UNUSED = "unused-waiver"
EXPIRED = "expired-waiver"
EXPIRING = "waiver-ends-soon"
BROKEN = "broken-waiver"
REFUSED = "rule-cannot-be-waived"
UNKNOWN_RULE = "waiver-of-unknown-rule"

_UNTIL = re.compile(r"until\s*=\s*(\S+)")


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A waiver as it was written down: of one rule, for the subjects that a glob names."""

    rule: str
    subject: str
    """An address; `*` is any text."""
    waiver: Waiver
    where: str = ""
    """The address of the subject that it stands in, or of the environment."""

    @cached_property
    def _glob(self) -> re.Pattern[str]:
        return re.compile(".*".join(map(re.escape, self.subject.split("*"))), re.DOTALL)

    def covers(self, address: str) -> bool:
        """Whether it speaks of the address; the cluster or stack in front may be left out."""
        return bool(
            self._glob.fullmatch(address) or self._glob.fullmatch(address.partition(":")[2])
        )

    def expired(self, today: dt.date) -> bool:
        """Whether its last day is over."""
        return self.waiver.until is not None and self.waiver.until < today


# --- where they are written down -----------------------------------------------


def inline(subjects: Iterable[Subject]) -> tuple[list[Accepted], list[Finding]]:
    """The waivers that stand beside what they waive, and those that cannot be read."""
    accepted: list[Accepted] = []
    broken: list[Finding] = []
    for subject in subjects:
        for rule, text, path, channel in _written(subject):
            place = subject.place(path)
            try:
                waiver = read(text, channel, place)
            except ValueError as error:
                broken.append(_told(BROKEN, Severity.MEDIUM, subject.address, str(error), place))
                continue
            accepted.append(
                Accepted(rule=rule, subject=subject.address, waiver=waiver, where=subject.address)
            )
    return accepted, broken


def _written(subject: Subject) -> Iterator[tuple[str, object, Steps, Channel]]:
    """Rule, text, path and channel of each waiver of a subject."""
    match subject:
        case Manifest():
            for key, text in subject.annotations.items():
                if key.startswith(PREFIX):
                    path: Steps = ("metadata", "annotations", key)
                    yield key.removeprefix(PREFIX), text, path, "annotation"
        case Resource():
            for rule, text in values.mapping(subject.body, "//", COMMENT).items():
                yield rule, text, ("//", COMMENT, rule), "resource"
        case Module():
            for rule, text in values.mapping(subject.document, "//", COMMENT).items():
                yield rule, text, ("//", COMMENT, rule), "resource"


def read(text: object, channel: Channel, place: Place | None) -> Waiver:
    """A waiver of one line. Raises `ValueError` that says what it lacks."""
    if not isinstance(text, str):
        msg = 'a waiver is text like "reason; owner; until=2027-01-31"'
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for the one caller
    until: dt.date | None = None
    said: list[str] = []
    for part in (part.strip() for part in text.split(";")):
        if found := _UNTIL.fullmatch(part):
            until = _day(found[1])
        elif part:
            said.append(part)
    lacks = [
        word
        for word, is_there in (("a reason", said), ("an owner", said[1:]), ("until=", until))
        if not is_there
    ]
    if lacks:
        msg = f'it lacks {" and ".join(lacks)}; write "reason; owner; until=2027-01-31"'
        raise ValueError(msg)
    *reason, owner = said
    return Waiver(channel=channel, reason="; ".join(reason), owner=owner, until=until, place=place)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        msg = f'"{text[:40]}" is no day; write it like until=2027-01-31'
        raise ValueError(msg) from None


# --- what they accept ----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """Waivers, and what is needed to say whether each is in order."""

    accepted: Sequence[Accepted]
    rules: Mapping[str, Rule]
    """The rules that ran."""
    known: frozenset[str]
    """The ids of all rules, whether they ran or not."""
    fleet: Fleet
    today: dt.date

    def applied(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, each with the waiver that accepts it; and what is wrong with waivers."""
        by_rule: dict[str, list[Accepted]] = {}
        for one in self.accepted:
            by_rule.setdefault(one.rule, []).append(one)
        used: set[int] = set()
        out = [self._applied(finding, by_rule.get(finding.rule, ()), used) for finding in findings]
        for one in self.accepted:
            out += self._wrong(one, used=id(one) in used)
        return out

    def _applied(self, finding: Finding, accepted: Sequence[Accepted], used: set[int]) -> Finding:
        if finding.outcome == "error":
            return finding  # Nobody knows whether there is anything to accept.
        matching = [one for one in accepted if one.covers(finding.subject)]
        used |= {id(one) for one in matching}
        rule = self.rules.get(finding.rule)
        valid = [one for one in matching if not one.expired(self.today)]
        if not valid or finding.waiver is not None or (rule and not rule.waivable):
            return finding
        return dataclasses.replace(finding, waiver=valid[0].waiver)

    def _wrong(self, one: Accepted, *, used: bool) -> Iterator[Finding]:
        until = one.waiver.until
        if one.rule not in self.known:
            yield _wrong(
                one,
                UNKNOWN_RULE,
                Severity.MEDIUM,
                "waives a rule that does not exist",
                "see `fleet rules`; a rule that is gone needs no waiver",
            )
        elif (rule := self.rules.get(one.rule)) is not None and not rule.waivable:
            yield _wrong(
                one,
                REFUSED,
                Severity.HIGH,
                "cannot be waived",
                "repair what it finds",
            )
        elif not used:
            if self._looked_at(one):
                yield _wrong(
                    one, UNUSED, Severity.LOW, "is waived and is not found", "remove the waiver"
                )
        elif until is not None and one.expired(self.today):
            yield _wrong(
                one,
                EXPIRED,
                Severity.MEDIUM,
                f"was waived until {until}",
                "repair what it finds, or decide anew how long it is accepted",
            )
        elif until is not None and until - self.today <= SOON:
            yield _wrong(
                one,
                EXPIRING,
                Severity.INFO,
                f"is waived until {until} only",
                "repair what it finds before, or decide anew",
            )

    def _looked_at(self, one: Accepted) -> bool:
        """Whether the rule ran, on evidence of its kind: else nobody can know."""
        rule = self.rules.get(one.rule)
        return rule is not None and bool(self.fleet.of(rule.judges, *rule.types))


def _wrong(one: Accepted, rule: str, severity: Severity, what: str, fix: str) -> Finding:
    told = _told(
        rule,
        severity,
        one.where or one.subject,
        f"{one.rule} {what} for {one.subject}",
        one.waiver.place,
    )
    return dataclasses.replace(told, fix=fix, detail=f"{one.rule} {one.subject}")


def _told(
    rule: str, severity: Severity, subject: str, message: str, place: Place | None
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        outcome="fail",
        subject=subject,
        message=message,
        fix="write it as said, or remove it",
        place=place,
        detail=message,
    )
