"""What do security groups let in? The rules of all clouds in one shape.

A rule is a resource of its own, an entry of a list, or one line of text
(`ACCEPT#0.0.0.0/0#22#TCP`). What is written in a strange way is left out; what
is known after an apply only comes as None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.finding import Path
from policies.subject import Resource
from policies.values import ABSENT, UNKNOWN, number, text

Ports = tuple[int, int]
ALL: Ports = (1, 65535)

EVERYWHERE = ("0.0.0.0/0", "::/0", "0.0.0.0", "0::0/0")  # noqa: S104 - to be found


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingress:
    """Something that is let in."""

    path: Path
    """The place of the source's address."""
    source: str | None
    """A network, as it was written; None where it is not known yet."""
    ports: tuple[Ports, ...] | None
    """Ranges, ends included; None where they are not known yet."""

    @property
    def from_everywhere(self) -> bool:
        """Whether any address of the internet may come in."""
        return self.source in EVERYWHERE


def ingress(group: Resource) -> Iterator[Ingress]:
    """What a security group, or one rule of it, lets in."""
    for path, entry in _entries(group):
        yield from _READERS[group.type](group, path, entry)


def _entries(group: Resource) -> Iterator[tuple[Path, Any]]:
    name = _LISTS.get(group.type)
    if name is None:
        if "ingress" in {text(group.body, "direction"), text(group.body, "type")}:
            yield (), group.body
        return
    entries = group.get(name)
    if isinstance(entries, Mapping):
        yield (name,), entries
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        yield (name, at), entry


def _volcano(group: Resource, at: Path, _: Any) -> Iterator[Ingress]:
    if text(group.body, *at, "policy", default="accept").lower() == "drop":
        return
    first, last = group.get(*at, "port_start"), group.get(*at, "port_end")
    ports = None if first is UNKNOWN or last is UNKNOWN else _range(first, last)
    if text(group.body, *at, "protocol").lower() == "icmp":
        ports = ()
    yield from _from(group, at, ("cidr_ip",), ports)


def _alibaba(group: Resource, at: Path, _: Any) -> Iterator[Ingress]:
    if text(group.body, "policy", default="accept").lower() == "drop":
        return
    written = group.get("port_range")
    ports = None if written is UNKNOWN else _ranges(text(group.body, "port_range", default="-1/-1"))
    if text(group.body, "ip_protocol").lower() in {"icmp", "gre"}:
        ports = ()
    yield from _from(group, at, ("cidr_ip", "ipv6_cidr_ip"), ports)


def _tencent(group: Resource, at: Path, _: Any) -> Iterator[Ingress]:
    if text(group.body, *at, "action").upper() != "ACCEPT":
        return
    written = group.get(*at, "port")
    ports = None if written is UNKNOWN else _ranges(text(group.body, *at, "port", default="ALL"))
    if text(group.body, *at, "protocol").upper() in {"ICMP", "ICMPV6", "GRE"}:
        ports = ()
    yield from _from(group, at, ("cidr_block", "ipv6_cidr_block"), ports)


def _line(group: Resource, path: Path, line: Any) -> Iterator[Ingress]:
    if not isinstance(line, str) or "${" in line:
        yield Ingress(path=path, source=None, ports=None)
        return
    parts = [*line.split("#"), "", "", "", ""]
    if parts[0].upper() == "ACCEPT":
        ports = () if parts[3].upper() == "ICMP" else _ranges(parts[2])
        yield Ingress(path=path, source=parts[1], ports=ports)


def _from(
    group: Resource, at: Path, names: tuple[str, ...], ports: tuple[Ports, ...] | None
) -> Iterator[Ingress]:
    for name in names:
        source = group.get(*at, name)
        if source is UNKNOWN:
            yield Ingress(path=(*at, name), source=None, ports=ports)
        elif isinstance(source, str):
            yield Ingress(path=(*at, name), source=source.strip(), ports=ports)


def _range(first: object, last: object) -> tuple[Ports, ...]:
    begin = number({"n": first}, "n") if first is not ABSENT else -1.0
    end = number({"n": last}, "n") if last is not ABSENT else -1.0
    if begin is None or end is None:
        return ()
    return (ALL,) if begin < 0 else ((int(begin), int(end)),)


def _ranges(written: str) -> tuple[Ports, ...]:
    """`22`, `1/200`, `80,443`, `30000-32767`, `ALL`, `-1/-1`; other text lets nothing in."""
    if written.strip().upper() in {"ALL", "-1/-1", "", "-1"}:
        return (ALL,)
    found = []
    for part in written.replace("/", "-").split(","):
        first, _, last = part.strip().partition("-")
        if first.isdecimal() and (last or first).isdecimal() and len(part) < 20:
            found.append((int(first), int(last or first)))
    return tuple(found)


_READERS: dict[str, Callable[[Resource, Path, Any], Iterator[Ingress]]] = {
    "volcengine_security_group_rule": _volcano,
    "volcenginecc_vpc_security_group": _volcano,
    "alicloud_security_group_rule": _alibaba,
    "tencentcloud_security_group_rule_set": _tencent,
    "tencentcloud_security_group_lite_rule": _line,
}
_LISTS = {
    "volcenginecc_vpc_security_group": "ingress_permissions",
    "tencentcloud_security_group_rule_set": "ingress",
    "tencentcloud_security_group_lite_rule": "ingress",
}
"""Where the rules stand in a list; elsewhere the resource is one rule."""

TYPES = tuple(_READERS)
