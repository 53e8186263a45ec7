"""Plan JSON (`terraform show -json`, also OpenTofu's) as subjects.

Decoded lazily: a plan of ten thousand resources that changes ten is read as ten.
What it holds is secret in part: nothing here is ever written down but addresses
and what a rule says.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw

from policies.change import Change, Check, PlanFile, configured
from policies.evidence import files, json_text
from policies.evidence.json_lines import JsonLines
from policies.evidence.trouble import Unreadable
from policies.finding import Finding, Place
from policies.origin import Origin, Subject
from policies.reports.inert import visible

MAX_BYTES = 512 * 2**20
"""A plan of ten thousand resources has some 50 MB."""

KNOWN_MAJOR = "1"
"""Of `format_version`."""


class _Change(msgspec.Struct, frozen=True):
    actions: tuple[str, ...]
    before: Raw = Raw()
    after: Raw = Raw()
    after_unknown: Raw = Raw()
    before_sensitive: Raw = Raw()
    after_sensitive: Raw = Raw()
    replace_paths: list[list[str | int]] | None = None
    importing: Raw = Raw()


class _ResourceChange(msgspec.Struct, frozen=True):
    address: str
    type: str
    name: str
    change: _Change
    mode: str = "managed"
    module_address: str = ""
    previous_address: str = ""
    provider_name: str = ""
    deposed: str = ""
    action_reason: str = ""
    index: str | int | float | None = None


class _OutputChange(msgspec.Struct, frozen=True):
    actions: tuple[str, ...] = ()
    before: Raw = Raw()
    after: Raw = Raw()
    after_unknown: Raw = Raw()


class _Deferred(msgspec.Struct, frozen=True):
    resource_change: _ResourceChange | None = None
    reason: str = ""


class _CheckAddress(msgspec.Struct, frozen=True):
    to_display: str = ""


class _Message(msgspec.Struct, frozen=True):
    message: str = ""


class _Instance(msgspec.Struct, frozen=True):
    status: str = ""
    problems: list[_Message] | None = None


class _Check(msgspec.Struct, frozen=True):
    address: _CheckAddress = _CheckAddress()
    status: str = ""
    instances: list[_Instance] | None = None


class _Relevant(msgspec.Struct, frozen=True):
    resource: str = ""
    attribute: list[str | int] | None = None


class _Trigger(msgspec.Struct, frozen=True):
    triggering_resource_address: str = ""
    action_trigger_event: str = ""


class _Action(msgspec.Struct, frozen=True):
    address: str = ""
    type: str = ""
    config_values: Raw = Raw()
    lifecycle_action_trigger: _Trigger | None = None


class _DeferredAction(msgspec.Struct, frozen=True):
    action_invocation: _Action | None = None
    reason: str = ""


class _Configured(msgspec.Struct, frozen=True):
    address: str = ""
    mode: str = ""
    type: str = ""
    name: str = ""
    expressions: Raw = Raw()


class _Call(msgspec.Struct, frozen=True):
    module: _Module | None = None


class _Module(msgspec.Struct, frozen=True):
    resources: list[_Configured] | None = None
    module_calls: dict[str, _Call] | None = None


class _Configuration(msgspec.Struct, frozen=True):
    root_module: _Module | None = None


class _Plan(msgspec.Struct, frozen=True):
    format_version: str
    terraform_version: str = ""
    resource_changes: list[_ResourceChange] | None = None
    resource_drift: list[_ResourceChange] | None = None
    output_changes: dict[str, _OutputChange] | None = None
    deferred_changes: list[_Deferred] | None = None
    relevant_attributes: list[_Relevant] | None = None
    checks: list[_Check] | None = None
    action_invocations: list[_Action] | None = None
    deferred_action_invocations: list[_DeferredAction] | None = None
    configuration: Raw = Raw()
    planned_values: Raw = Raw()
    values: Raw = Raw()
    timestamp: str = ""
    applyable: bool | None = None
    complete: bool = True
    errored: bool = False


@dataclass(slots=True, kw_only=True)
class Found:
    """What the plans hold."""

    subjects: list[Subject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: int = 0


def of_path(path: Path) -> Found:
    """The changes of one plan; a file that is no plan becomes a finding."""
    found = Found(files=1)
    try:
        content = files.read(path, MAX_BYTES)
        found.subjects += of_content(content, files.shown(path), path.stem)
    except Unreadable as stop:
        found.findings.append(stop.finding())
    return found


def of_content(
    content: bytes, file: str, name: str = "plan", origin: Origin | None = None
) -> Iterator[Subject]:
    """The plan, then what it changes. Raises `Unreadable`."""
    plan = _decoded(content, file)
    origin = origin or JsonLines(file, lambda: content)
    written = _Written(plan.configuration)
    changes = tuple(_changes(plan.resource_changes, origin, "resource_changes", written))
    yield PlanFile(
        address=name,
        origin=origin,
        terraform_version=plan.terraform_version,
        complete=plan.complete,
        errored=plan.errored,
        changes=changes,
        drift=tuple(_changes(plan.resource_drift, origin, "resource_drift", written)),
        output_actions={key: output.actions for key, output in (plan.output_changes or {}).items()},
        applyable=plan.applyable,
        timestamp=plan.timestamp,
        deferred=tuple(_deferred(plan)),
        checks=tuple(_checks(plan.checks)),
        relevant=frozenset(one.resource for one in plan.relevant_attributes or ()),
        invocations=tuple(map(_invocation, plan.action_invocations or ())),
        others=tuple(_others(plan)),
        reads=tuple(_reads(written)),
    )
    yield from (change for change in changes if _changes_something(change))


def _deferred(plan: _Plan) -> Iterator[tuple[str, str]]:
    for one in plan.deferred_changes or ():
        yield one.resource_change.address if one.resource_change else "", one.reason
    for later in plan.deferred_action_invocations or ():
        yield later.action_invocation.address if later.action_invocation else "", later.reason


def _invocation(action: _Action) -> str:
    trigger = action.lifecycle_action_trigger
    if trigger is None:
        return action.address
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", trigger.action_trigger_event).lower()
    return f"{action.address}, {words} of {trigger.triggering_resource_address}"


def _others(plan: _Plan) -> Iterator[bytes]:
    for name, output in sorted((plan.output_changes or {}).items()):
        if output.actions != ("no-op",):
            sides = (output.before, output.after, output.after_unknown)
            yield b"\0".join(
                [name.encode(), ",".join(output.actions).encode(), *(bytes(x) for x in sides)]
            )
    for action in plan.action_invocations or ():
        yield b"\0".join([_invocation(action).encode(), bytes(action.config_values)])


class _Written:
    """What the configuration in a plan writes, by address; read when a change is asked for."""

    def __init__(self, raw: Raw) -> None:
        self.raw = bytes(raw)
        self._at: dict[str, _Configured] | None = None

    @property
    def at(self) -> dict[str, _Configured]:
        """Resources by their address with modules; none where the plan has no configuration."""
        if self._at is None:
            self._at = {}
            try:
                found = msgspec.json.decode(self.raw or b"{}", type=_Configuration)
                self._collect("", found.root_module)
            except msgspec.DecodeError:
                # It only serves to tell what a provider computes: without it all is told.
                self._at = {}
        return self._at

    def of(self, address: str) -> Any:
        """The nested keys that are written; None where nobody can tell."""
        found = self.at.get(configured(address)) if self.raw else None
        if found is None or not bytes(found.expressions):
            return None
        return msgspec.json.decode(found.expressions)

    def _collect(self, prefix: str, module: _Module | None) -> None:
        assert self._at is not None  # noqa: S101 - set by the only caller
        if module is None:
            return
        for one in module.resources or ():
            self._at[f"{prefix}{one.address}"] = one
        for name, call in (module.module_calls or {}).items():
            self._collect(f"{prefix}module.{name}.", call.module)


_OUTPUT = re.compile(
    rb'data\.terraform_remote_state\.([\w-]+)(?:\[[^\]]*\])?\.outputs(?:\.|\[\\")([\w-]+)'
)


def _reads(written: _Written) -> Iterator[tuple[str, str]]:
    pairs = {(found[1].decode(), found[2].decode()) for found in _OUTPUT.finditer(written.raw)}
    if not pairs:
        return
    places: dict[str, str] = {}
    for one in written.at.values():
        if one.type == "terraform_remote_state":
            said = bytes(one.expressions).decode("utf-8", "replace")
            places[one.name] = f"{places.get(one.name, one.name)} {said}"
    for name, output in sorted(pairs):
        yield places.get(name, name), output


def _checks(found: list[_Check] | None) -> Iterator[Check]:
    for one in found or ():
        problems = [p.message for each in one.instances or () for p in each.problems or ()]
        yield Check(name=one.address.to_display, status=one.status, problems=tuple(problems))


def _changes_something(change: Change) -> bool:
    return change.actions not in {("no-op",), ("read",)} or change.imported


def _decoded(content: bytes, file: str) -> _Plan:
    here = Place(file=file)
    if content[:2] == b"PK":
        message = "a binary plan; convert it: terraform show -json PLAN > plan.json"
        raise Unreadable(here, message)
    if content.startswith(b'{"@level"'):
        message = "the log of a plan; convert the plan: terraform show -json PLAN > plan.json"
        raise Unreadable(here, message)
    try:
        plan = msgspec.json.decode(_utf8(content, file), type=_Plan)
    except msgspec.ValidationError as error:
        message = f"not plan JSON: {str(error)[:1].lower()}{str(error)[1:]}"
        raise Unreadable(here, message) from None
    except msgspec.DecodeError as error:
        raise json_text.unreadable(content, file, error) from None
    except RecursionError:
        raise Unreadable(here, "nested too deep") from None
    if plan.format_version.partition(".")[0] != KNOWN_MAJOR:
        version = visible(plan.format_version[:20])
        message = f"format_version {version} of plan JSON is not known; known: {KNOWN_MAJOR}.x"
        raise Unreadable(here, message)
    if plan.resource_changes is None and not bytes(plan.planned_values) and not plan.errored:
        kind = "a state, not a plan" if bytes(plan.values) else "nothing is planned in it"
        raise Unreadable(here, f"{kind}; show the plan: terraform show -json PLAN > plan.json")
    return plan


def _utf8(content: bytes, file: str) -> bytes:
    """The content without a byte order mark, never twice in memory where that can be helped."""
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise Unreadable(Place(file=file), "an empty file; was the plan shown without an error?")
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or content.isascii():
        return json_text.as_utf8(content, file)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        # The JSON decoder skips over text that nobody asked for yet.
        for at in range(0, len(content), _CHUNK):
            decoder.decode(content[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        files.text(content, file)  # It says where.
    return content.removeprefix(codecs.BOM_UTF8)


_CHUNK = 2**20


def _differs(change: _Change) -> bool:
    """Whether both sides are there to be compared."""
    return "update" in change.actions or len(change.actions) > 1


def _changes(
    found: list[_ResourceChange] | None, origin: Origin, section: str, written: _Written
) -> Iterator[Change]:
    for at, one in enumerate(found or ()):
        change = one.change
        side = "before" if change.actions == ("delete",) else "after"
        yield Change(
            address=f"{one.address} (deposed {one.deposed})" if one.deposed else one.address,
            origin=origin,
            root=(section, at, "change", side),
            resource_type=one.type,
            name=one.name,
            actions=change.actions,
            provider=one.provider_name,
            mode=one.mode,
            module_address=one.module_address,
            previous_address=one.previous_address,
            deposed=one.deposed,
            reason=one.action_reason,
            replace_paths=tuple(tuple(path) for path in change.replace_paths or ()),
            imported=bytes(change.importing) not in {b"", b"null"},
            index=int(one.index) if isinstance(one.index, float) else one.index,
            written=written.of(one.address) if _differs(change) else None,
            raw={
                "before": change.before,
                "after": change.after,
                "after_unknown": change.after_unknown,
                "before_sensitive": change.before_sensitive,
                "after_sensitive": change.after_sensitive,
                "importing": change.importing,
            },
        )
