"""Where does a stack keep its state? Its backend, whichever way it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies import values
from policies.finding import Path
from policies.subject import Fleet, Module
from policies.values import ABSENT, UNKNOWN

BUCKETS = ("cos", "oss", "s3", "gcs", "azurerm")
"""Backends that keep the state as an object."""

_VOLCANO = (".volces.com", ".ivolces.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One backend. A setting that an expression or `-backend-config` gives is not known here."""

    kind: str
    """`local`, `cos`, `oss`, `s3`, `http`, `cloud` ..."""
    path: Path
    body: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """A setting: ABSENT, UNKNOWN or its value. Terraform allows no expressions here."""
        found = values.get(self.body, name)
        if found is None:
            return ABSENT
        return UNKNOWN if values.is_expression(found) else found

    @property
    def on_volcano(self) -> bool:
        """Whether the S3 of this backend is TOS."""
        endpoints = values.mapping(self.body, "endpoints")
        found = (self.body.get("endpoint"), endpoints.get("s3"))
        return any(isinstance(url, str) and any(h in url for h in _VOLCANO) for url in found)

    @property
    def key(self) -> tuple[str, ...] | None:
        """What tells two states apart; None where a part of it is not known here."""
        names = {"cos": ("bucket", "region", "prefix", "key"), "oss": ("bucket", "prefix", "key")}
        parts = [self.get(name) for name in names.get(self.kind, ("bucket", "key"))]
        if self.kind == "local":
            parts = [self.get("path")]
        if self.kind not in {*BUCKETS, "local"} or UNKNOWN in map(_hashable, parts):
            return None
        if parts[-1] is ABSENT and self.kind != "cos":
            return None
        return (self.kind, *("" if part is ABSENT else str(part) for part in parts))


def backend(module: Module) -> Backend | None:
    """The backend of a stack; None where it says none."""
    for kind in ("cloud", "remote"):
        for path, body in module.blocks("terraform", kind):
            return Backend(kind="cloud", path=path, body=_map(body))
    for path, kinds in module.blocks("terraform", "backend"):
        for kind, written in _map(kinds).items():
            inner, body = next(values.blocks({kind: written}, kind), ((kind,), {}))
            return Backend(kind=str(kind), path=(*path, *inner), body=_map(body))
    return None


def states(fleet: Fleet) -> Mapping[tuple[str, ...], list[Module]]:
    """The stacks by what tells their states apart; computed once for a fleet."""
    memory = vars(fleet)  # where its cached properties lie as well
    if "states" not in memory:
        found: dict[tuple[str, ...], list[Module]] = {}
        for module in fleet.of(Module):
            if (its := backend(module)) is not None and its.key is not None:
                found.setdefault(its.key, []).append(module)
        memory["states"] = found
    known: Mapping[tuple[str, ...], list[Module]] = memory["states"]
    return known


def _map(body: Any) -> Mapping[str, Any]:
    return body if isinstance(body, Mapping) else {}


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | values.Missing) else str(value)
