"""Is a chart at hand in a directory of charts, whole and the very one that is meant?

Asked before anything is started: Helm would say so in the middle of a deployment,
with nodes made and policies in force. How charts are installed is `placed`'s
business; no engine here.
"""

from __future__ import annotations

import re
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.addon import Chart
from environments.errors import OutsideError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What an archive says of itself."""

    definition: dict[str, Any]
    """Its Chart.yaml."""
    children: frozenset[str] = field(default=frozenset())
    """What lies in its `charts/`: folders, and archives with their versions."""


def archive(chart: Chart, directory: Path) -> Path:
    """The chart in a directory of charts: an archive, or unpacked. Raises as `require` does."""
    require([chart], directory)
    return _place(chart, directory).resolve()


def require(charts: Iterable[Chart], directory: Path) -> None:
    """OutsideError with all that is wrong with the charts in the directory.

    One may be missing, unreadable, another chart or version, or without a chart
    that it depends on.
    """
    faults = {_pull(chart): fault for chart in charts if (fault := _fault(chart, directory))}
    if faults:
        pulls = " and ".join(f"`{pull}`" for pull in faults)
        there = "it" if len(faults) == 1 else "them"
        msg = f"{', '.join(faults.values())} in {directory}; put {there} there with {pulls}"
        raise OutsideError(msg)


def _pull(chart: Chart) -> str:
    return f"helm pull {chart.name} --repo {chart.repository} --version {chart.version}"


def _place(chart: Chart, directory: Path) -> Path:
    packed = directory / f"{chart.name}-{chart.version}.tgz"
    candidates = (packed, packed.with_suffix(""), directory / chart.name)
    return next((path for path in candidates if path.exists()), packed)


def _fault(chart: Chart, directory: Path) -> str | None:
    """Why what is there for the chart is of no use; None when it is."""
    path = _place(chart, directory)
    if not path.exists():
        return f"no {path.name}"
    try:
        found = _unpacked(path) if path.is_dir() else _read(path)
    # A broken archive fails in whatever layer its fault is.
    except (tarfile.TarError, zlib.error, EOFError, OSError, yaml.YAMLError, ValueError) as error:
        return f"{path.name} cannot be read as a chart ({_why(error)})"
    definition = found.definition
    named = f"{definition.get('name')} {definition.get('version')}"
    if named != f"{chart.name} {chart.version}":
        return f"{path.name} holds {named} instead of {chart.name} {chart.version}"
    absent = [name for name in _dependencies(definition) if not _holds(found.children, name)]
    if absent:
        return f"{path.name} lacks {' and '.join(absent)} in its charts/"
    return None


def _read(path: Path) -> _Found:
    definition: dict[str, Any] | None = None
    children = set()
    with tarfile.open(path, "r:gz") as tar:
        # To the end, so that an archive that was cut short shows.
        for member in tar:
            match member.name.removeprefix("./").split("/"):
                case [_, "Chart.yaml"] if (content := tar.extractfile(member)) is not None:
                    definition = _definition(content.read())
                case [_, "charts", child, *_]:
                    children.add(child)
    if definition is None:
        raise ValueError("no Chart.yaml in it")
    return _Found(definition=definition, children=frozenset(children))


def _unpacked(path: Path) -> _Found:
    definition = _definition((path / "Chart.yaml").read_bytes())
    children = path / "charts"
    names = [child.name for child in children.iterdir()] if children.is_dir() else []
    return _Found(definition=definition, children=frozenset(names))


def _definition(content: bytes) -> dict[str, Any]:
    found = yaml.safe_load(content)
    if not isinstance(found, dict):
        raise ValueError("its Chart.yaml is no map")  # noqa: TRY004 - the file is wrong, not the call
    return found


def _dependencies(definition: dict[str, Any]) -> list[str]:
    """Helm wants all of them there, those that are switched off too."""
    return [str(entry["name"]) for entry in definition.get("dependencies") or ()]


def _holds(children: frozenset[str], name: str) -> bool:
    archived = re.compile(rf"{re.escape(name)}-\d.*\.tgz")
    return any(child == name or archived.fullmatch(child) for child in children)


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return " ".join(str(error).split())[:100] or type(error).__name__
