"""What was there when the rules were adopted: a file of findings that are accepted for a while.

Entries are told apart by fingerprint, in its order, so that two branches rarely
touch the same line; each with the number of such findings, so that a second copy
of an old fault fails. The whole file ends on one day: adoption is not for ever.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from environments.errors import OutsideError, UsageError
from policies.finding import Finding, Place, Severity, Waiver, dotted

FORMAT = "gpu-fleet-baseline/1"
LASTS = dt.timedelta(days=180)
"""How long a new baseline is accepted."""
REASON = "was there when the rules were adopted"
UNUSED, EXPIRED = "unused-waiver", "expired-waiver"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finding that is accepted, `count` times. All but these two is for people."""

    fingerprint: str
    count: int
    rule: str
    subject: str
    path: str = ""


class Baseline(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file."""

    format: str
    until: dt.date
    """The last day."""
    owner: str = ""
    reason: str = REASON
    accepted: tuple[Entry, ...] = ()


def read(file: Path) -> Baseline:
    """The baseline in the file. Raises `UsageError` where it is none."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Baseline)
    except OSError as error:
        msg = f"cannot read {file}: {(error.strerror or str(error)).lower()}"
        raise UsageError(f"{msg}; --update-baseline writes it") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        msg = f"{file} is no baseline: {str(error)[:1].lower()}{str(error)[1:]}"
        raise UsageError(f"{msg}; --update-baseline writes it anew") from None
    if found.format != FORMAT:
        msg = f'{file} is of the format "{found.format}"; this program reads {FORMAT}'
        raise UsageError(msg)
    return found


def made(findings: Iterable[Finding], today: dt.date, before: Baseline | None = None) -> Baseline:
    """A baseline of all open findings; it ends when the one before did, if that is to come."""
    return _of(_open(findings), today, before)


def pruned(before: Baseline, findings: Iterable[Finding]) -> Baseline:
    """The baseline without what is no longer found. Nothing new comes in."""
    there = Counter(finding.fingerprint for finding in _open(findings))
    kept = tuple(
        msgspec.structs.replace(entry, count=min(entry.count, there[entry.fingerprint]))
        for entry in before.accepted
        if there[entry.fingerprint]
    )
    return msgspec.structs.replace(before, accepted=kept)


def write(baseline: Baseline, file: Path) -> None:
    """Write the file, an entry in a few lines. Raises `OutsideError`."""
    text = msgspec.json.format(msgspec.json.encode(baseline), indent=1) + b"\n"
    try:
        file.write_bytes(text)
    except OSError as error:
        msg = f"cannot write {file}: {(error.strerror or str(error)).lower()}"
        raise OutsideError(msg) from None


def applied(
    baseline: Baseline, file: str, findings: Sequence[Finding], today: dt.date
) -> list[Finding]:
    """The findings, accepted as often as the baseline says; and what is wrong with it."""
    left = Counter({entry.fingerprint: entry.count for entry in baseline.accepted})
    waiver = Waiver(
        channel="baseline",
        reason=baseline.reason,
        owner=baseline.owner,
        until=baseline.until,
        place=Place(file=file),
    )
    expired = baseline.until < today
    out: list[Finding] = []
    for finding in findings:
        if finding.waiver is None and left[finding.fingerprint] > 0:
            left[finding.fingerprint] -= 1
            if not expired:
                finding = dataclasses.replace(finding, waiver=waiver)  # noqa: PLW2901
        out.append(finding)
    unused = sum(left.values())
    if expired and unused < sum(entry.count for entry in baseline.accepted):
        message = f"the baseline ended on {baseline.until}; what it accepted is told again"
        out.append(_told(EXPIRED, Severity.MEDIUM, file, message, "repair what is left of it"))
    if unused:
        message = f"{unused:,} accepted finding{'' if unused == 1 else 's'} no longer there"
        out.append(_told(UNUSED, Severity.INFO, file, message, "run once with --prune"))
    return out


def _open(findings: Iterable[Finding]) -> list[Finding]:
    return [
        finding
        for finding in findings
        if finding.outcome != "error"
        and (finding.waiver is None or finding.waiver.channel == "baseline")
    ]


def _of(findings: list[Finding], today: dt.date, before: Baseline | None) -> Baseline:
    counts = Counter(finding.fingerprint for finding in findings)
    first = {finding.fingerprint: finding for finding in reversed(findings)}
    entries = tuple(
        Entry(
            fingerprint=fingerprint,
            count=counts[fingerprint],
            rule=finding.rule,
            subject=finding.subject,
            path=dotted(finding.path),
        )
        for fingerprint, finding in sorted(first.items())
    )
    if before is not None and before.until >= today:
        return msgspec.structs.replace(before, accepted=entries)
    return Baseline(format=FORMAT, until=today + LASTS, accepted=entries)


def _told(rule: str, severity: Severity, file: str, message: str, fix: str) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        outcome="fail",
        subject=file,
        message=message,
        fix=fix,
        place=Place(file=file),
    )
