"""Findings and rules to be reported: an honest one, and one that fights back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from typing import Any

from policies.finding import Finding, Place, Related, Severity, Waiver
from policies.judge import Report
from policies.reports.rendered import Context
from policies.rule import Fault, Rule
from policies.subject import Fleet, Resource

DOCSTRING = """Pool that is deleted by force

Why: the provider deletes machines with whatever runs on them.
Fix: set `force_delete` to false and apply it.

Bad (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"a": {"force_delete": true}}}}
Good (terraform):
    {"resource": {"alicloud_cs_kubernetes_node_pool": {"a": {"force_delete": false}}}}
"""

HOSTILE = (
    "a`b``c|d\n::error file=x::y\r\n<script>alert(1)</script> <!-- @platform-team #12 GH-3 "
    "[click](https://evil.example/?a=b&c=d) ![i](http://x) $x$ %0A , : \x1b[31mred\x1b[0m \x00 "
    "\u202egnp.exe \u200b \ud800 ]]> & \" ' \\ **bold** ~~no~~ www.evil.example | end"
)


def _check(subject: Resource, fleet: Fleet) -> Iterator[Fault]:
    yield Fault("never asked here")


RULE = Rule(
    id="pool-deleted-by-force",
    pack="delete-safety",
    severity=Severity.CRITICAL,
    judges=Resource,
    check=_check,
    text=DOCSTRING,
)
CLEAN = Rule(
    id="public-bucket",
    pack="network",
    severity=Severity.HIGH,
    judges=Resource,
    check=_check,
    text=DOCSTRING,
)

WAIVER = Waiver(
    channel="environment",
    reason="moves in May",
    owner="mia",
    until=dt.date(2027, 5, 1),
)


def found(**changes: Any) -> Finding:
    """A finding with a place; any field may be another."""
    fields: dict[str, Any] = {
        "rule": "pool-deleted-by-force",
        "severity": Severity.CRITICAL,
        "outcome": "fail",
        "subject": "ack:alicloud_cs_kubernetes_node_pool.h20",
        "path": ("force_delete",),
        "message": "force_delete is true",
        "fix": "set it to false and apply it",
        "place": Place(file="stacks/ack/cdk.tf.json", line=3, column=5),
    }
    return Finding(**(fields | changes))


def hostile(**changes: Any) -> Finding:
    """A finding whose every text fights back."""
    fields: dict[str, Any] = {
        "subject": f"Pod/{HOSTILE}",
        "path": (HOSTILE, 0),
        "message": HOSTILE,
        "fix": HOSTILE,
        "place": Place(file=f"dir/{HOSTILE}.yaml", line=3, column=5),
        "related": (Related(message=HOSTILE, place=Place(file=HOSTILE)),),
        "waiver": None,
    }
    return found(**(fields | changes))


def report(*findings: Finding) -> Report:
    """A report of a quarter of a second over 12 subjects."""
    return Report(findings=findings, checked=12, seconds=0.25)


def context(**changes: Any) -> Context:
    """Both rules, one file of three lines, no colour."""
    lines = {1: "{", 2: '  "a": {', 3: '    "force_delete": true,'}
    fields: dict[str, Any] = {
        "rules": {RULE.id: RULE, CLEAN.id: CLEAN},
        "line": lambda _, line: lines.get(line),
        "version": "0.1.0",
    }
    return Context(**(fields | changes))


@cache
def many(number: int) -> tuple[Finding, ...]:
    """Findings of all severities, the mildest first."""
    return tuple(
        found(severity=Severity(at * 5 // number), subject=f"s.pool{at}", detail=str(at))
        for at in range(number)
    )
