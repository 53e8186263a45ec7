"""A plan as subjects: the change of each resource, and the plan as a whole.

What a plan says of a resource before and after is decoded when a rule asks: of
ten thousand resources a plan rarely changes more than a few.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from policies import values
from policies.finding import Path
from policies.origin import Subject
from policies.values import ABSENT, UNKNOWN

HIDDEN = "(sensitive)"
"""Stands where a sensitive value does, for everybody but the comparison of both sides."""

_KEYS = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]')


def configured(address: str) -> str:
    """The address of what is written: without keys of `for_each` and positions of `count`."""
    return _KEYS.sub("", address) if "[" in address else address


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Subject):
    """What happens to one resource: its Terraform address.

    Paths inside are those of the resource's attributes.
    """

    resource_type: str
    name: str
    actions: tuple[str, ...]
    """As the plan has them: `("delete", "create")`."""
    provider: str = ""
    mode: str = "managed"
    module_address: str = ""
    previous_address: str = ""
    """Its address before, where it was moved."""
    deposed: str = ""
    """The key of a deposed object; empty for the current one."""
    reason: str = ""
    """Why it is replaced or deleted, in Terraform's word."""
    replace_paths: tuple[Path, ...] = ()
    """The attributes that force a replacement."""
    imported: bool = False
    index: str | int | None = None
    """Its key of `for_each`, or its position of `count`."""
    written: Any = field(default=None, repr=False, compare=False)
    """What the configuration writes of it, as nested keys; None where the plan does not say."""
    raw: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """`before`, `after`, `after_unknown` ... as JSON. Sensitive values are in it, in clear."""
    decoded: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def type(self) -> str:
        """Its resource type."""
        return self.resource_type

    @property
    def before(self) -> Any:
        """The attributes now, sensitive ones hidden; None for what is not there yet."""
        return self._shown("before", "before_sensitive")

    @property
    def after(self) -> Any:
        """The attributes as planned, sensitive ones hidden; None for what will be gone."""
        return self._shown("after", "after_sensitive")

    @property
    def in_clear(self) -> tuple[Any, Any]:
        """Both sides with every secret, to be compared and never shown."""
        return self._part("before"), self._part("after")

    @property
    def after_unknown(self) -> Any:
        """`true` where an attribute is known after the apply only."""
        return self._part("after_unknown")

    @property
    def hidden_before(self) -> Any:
        """`true` where what is there now is sensitive."""
        return self._part("before_sensitive")

    @property
    def hidden_after(self) -> Any:
        """`true` where what is planned is sensitive."""
        return self._part("after_sensitive")

    @property
    def creates(self) -> bool:
        """Whether an object is made."""
        return "create" in self.actions

    @property
    def updates(self) -> bool:
        """Whether the object stays and is changed."""
        return "update" in self.actions

    @property
    def deletes(self) -> bool:
        """Whether an object is destroyed, for good or for a new one."""
        return "delete" in self.actions

    @property
    def replaces(self) -> bool:
        """Whether a new object takes the place of the old one."""
        return "create" in self.actions and len(self.actions) > 1

    @property
    def forgets(self) -> bool:
        """Whether the object stays and Terraform no longer knows it."""
        return "forget" in self.actions

    def had(self, *path: str | int) -> Any:
        """The attribute now; ABSENT where there is none."""
        return values.get(self.before, *path)

    def get(self, *path: str | int) -> Any:
        """The attribute as planned: ABSENT, UNKNOWN until the apply, or its value."""
        unknown: Any = self.after_unknown
        for at, step in enumerate(path):
            if unknown is True:
                return UNKNOWN
            unknown = values.get(unknown, step)
            if unknown is ABSENT:
                return values.get(self.after, *path[: at + 1], *path[at + 1 :])
        return UNKNOWN if unknown is True else values.get(self.after, *path)

    def _shown(self, name: str, mask: str) -> Any:
        shown = f"{name} shown"
        if shown not in self.decoded:
            self.decoded[shown] = hidden(self._part(name), self._part(mask))
        return self.decoded[shown]

    def _part(self, name: str) -> Any:
        if name not in self.decoded:
            raw = self.raw.get(name)
            self.decoded[name] = msgspec.json.decode(raw) if raw and bytes(raw) else None
        return self.decoded[name]


def hidden(value: Any, mask: Any) -> Any:
    """The value with `HIDDEN` wherever the mask is true."""
    if mask is True:
        return HIDDEN if value is not None else None
    if isinstance(mask, Mapping) and isinstance(value, Mapping) and mask:
        return {key: hidden(inner, mask.get(key)) for key, inner in value.items()}
    if isinstance(mask, list) and isinstance(value, list) and mask:
        masks = [*mask, *[None] * len(value)]
        return [hidden(inner, masks[at]) for at, inner in enumerate(value)]
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a condition of the configuration came to."""

    name: str
    status: str
    """`pass`, `fail`, `error` or `unknown`."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile(Subject):
    """One plan as a whole; its address is `plan`, or the name of its stack."""

    terraform_version: str
    complete: bool = True
    """Whether everything was planned: false with `-target` or deferred changes."""
    errored: bool = False
    changes: tuple[Change, ...] = field(default=(), repr=False)
    """All of them, also those that change nothing; read `fleet.of(Change)` for the rest."""
    drift: tuple[Change, ...] = field(default=(), repr=False)
    """What was changed outside of Terraform."""
    output_actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """The actions on each output."""
    applyable: bool | None = None
    """Whether Terraform would apply it; None where it does not say (OpenTofu)."""
    timestamp: str = ""
    deferred: tuple[tuple[str, str], ...] = ()
    """Address and reason of what could not be planned yet."""
    checks: tuple[Check, ...] = ()
    relevant: frozenset[str] = frozenset()
    """Addresses of resources whose drift has a part in this plan."""
    invocations: tuple[str, ...] = ()
    """Actions that the apply runs beside the changes."""
    others: tuple[bytes, ...] = field(default=(), repr=False)
    """What else the apply does, as JSON: outputs and actions. Secrets are in it, in clear."""
    reads: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Outputs of other states that its configuration reads: what is said of the state (its
    name, where it is), and the output."""
