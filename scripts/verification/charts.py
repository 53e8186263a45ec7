"""Are the charts installed, as they are meant? Helm's own record in the cluster says so.

Helm keeps each revision of a release as a Secret in the release's namespace, the
release itself inside: JSON, packed by gzip, in base64. The last revision counts,
so that an upgrade that failed shows although the one before it still runs.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from components.addon import Chart
from scripts.live import Forbidden, Live, Metadata
from scripts.rehearsal.result import Check
from scripts.verification.checks import check, difference

NAME = "charts-installed"
TITLE = "Charts are installed at their versions"


class Record(msgspec.Struct):
    """One revision of a release, as Helm stores it."""

    metadata: Metadata
    data: dict[str, str] = {}

    @property
    def revision(self) -> int:
        """Counted from 1."""
        number = self.metadata.labels.get("version", "")
        return int(number) if number.isdecimal() else 0


class _ChartMetadata(msgspec.Struct):
    name: str = ""
    version: str = ""


class _Chart(msgspec.Struct):
    metadata: _ChartMetadata = msgspec.field(default_factory=_ChartMetadata)


class _Info(msgspec.Struct):
    status: str = ""


class Release(msgspec.Struct):
    """What we look at of a release."""

    info: _Info = msgspec.field(default_factory=_Info)
    chart: _Chart = msgspec.field(default_factory=_Chart)
    config: dict[str, Any] | None = None
    """The values that it was installed with, over the chart's own."""


def charts_installed(live: Live, charts: Sequence[Chart], *, left_out: bool) -> Check:
    """Each chart's release is deployed, at its version and with its values.

    Unknown where charts were left out on purpose, or where Helm's records may
    not be read: they are Secrets.
    """
    if left_out:
        return _unknown("left out on this twin; rehearse with --charts DIR to install them")
    try:
        faults = [fault for chart in charts for fault in _faults(live, chart)]
    except Forbidden as refused:
        return _unknown(f"{refused}; let this user read Helm's Secrets there")
    named = ", ".join(f"{chart.name} {chart.version}" for chart in charts)
    return check(NAME, TITLE, faults, len(charts), f"{named} deployed")


def unpacked(record: Record) -> Release:
    """The release inside its Secret; ValueError when it cannot be read."""
    try:
        packed = base64.b64decode(base64.b64decode(record.data["release"]))
        return msgspec.json.decode(gzip.decompress(packed), type=Release)
    except (KeyError, binascii.Error, OSError, EOFError, zlib.error, msgspec.MsgspecError) as error:
        raise ValueError(type(error).__name__) from error


def _faults(live: Live, chart: Chart) -> Iterator[str]:
    records = live.list(
        f"/api/v1/namespaces/{chart.namespace}/secrets",
        Record,
        labelSelector=f"owner=helm,name={chart.release}",
    )
    where = f"{chart.namespace}/{chart.release}"
    if not records:
        yield f"{where} is not installed"
        return
    try:
        release = unpacked(max(records, key=lambda record: record.revision))
    except ValueError as error:
        yield f"Helm's record of {where} cannot be read ({error})"
        return
    yield from compared(chart, release)


def compared(chart: Chart, release: Release) -> Iterator[str]:
    """What is otherwise than meant; never a value, for it may be anybody's."""
    where = f"{chart.namespace}/{chart.release}"
    found = release.chart.metadata
    if release.info.status != "deployed":
        yield f"{where} is {release.info.status or 'of no known status'} instead of deployed"
    if (found.name, found.version) != (chart.name, chart.version):
        yield f"{where} is {found.name} {found.version}, {chart.name} {chart.version} is meant"
    elif (path := difference(chart.values, release.config or {})) is not None:
        yield f"{where} has another value at {path}"


def _unknown(reason: str) -> Check:
    return Check(name=NAME, title=TITLE, status="unknown", detail=reason)
