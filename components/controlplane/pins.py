"""Which outside tools do we use, in which version, and where do they come from?

Reads tools.toml for the machine at hand. How a tool is had is the business of
`downloads` and `gobuild`; where it is kept, of `toolcache`.
"""

from __future__ import annotations

import functools
import hashlib
import platform
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments.errors import OutsideError

_HERE = Path(__file__).parent
_SYSTEMS = {"Linux": "linux", "Darwin": "darwin"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A machine in the words of Go: `linux` or `darwin`, `amd64` or `arm64`."""

    system: str
    machine: str

    def __str__(self) -> str:
        return f"{self.system}-{self.machine}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file of a release; trusted by a pinned digest or by a published one."""

    file: str
    url: str
    member: str = ""
    """Path inside the archive; empty when the download is the file itself."""
    sha256: tuple[str, ...] = ()
    published: str = ""
    """Address of the project's own checksums, asked when no digest is pinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How to compile a tool: a module folder of ours, or packages at a version."""

    ldflags: str = ""
    packages: int
    """Packages compiled when nothing is cached: the length of the progress bar."""
    source: Path | None = None
    output: str = ""
    install: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One thing to fetch or build as a whole; holds one or more files."""

    name: str
    version: str
    platform: Platform
    files: Mapping[str, str]
    """Path inside the tool's folder, by the name callers ask for."""
    downloads: tuple[Download, ...] = ()
    build: Build | None = None
    provider: str = ""
    """`namespace/type` when the tool is a Terraform provider."""

    @property
    def recipe(self) -> str:
        """A digest over all that decides what the files are; a change means to make them anew."""
        digest = hashlib.sha256(repr((self.version, sorted(self.files.items()))).encode())
        digest.update(repr(self.downloads).encode())
        if self.build is not None:
            digest.update(repr((self.build.ldflags, self.build.install)).encode())
            if self.build.source is not None:
                for path in sorted(self.build.source.iterdir()):
                    digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


def this_platform() -> Platform:
    """The machine at hand; `OutsideError` when no tool runs on it."""
    system, machine = platform.system(), platform.machine().lower()
    if system not in _SYSTEMS or machine not in _MACHINES:
        raise OutsideError(
            f"no control plane runs on {system} {machine}; use Linux or macOS on amd64 or arm64"
        )
    return Platform(system=_SYSTEMS[system], machine=_MACHINES[machine])


@functools.cache
def catalog(machine: Platform | None = None) -> Mapping[str, Tool]:
    """Every tool by its name, for one platform."""
    where = machine or this_platform()
    entries = tomllib.loads((_HERE / "tools.toml").read_text(encoding="utf-8"))
    return {name: _tool(name, entry, where) for name, entry in entries.items()}


def _tool(name: str, entry: Mapping[str, Any], where: Platform) -> Tool:
    words = {"version": entry["version"], "os": where.system, "arch": where.machine}
    downloadable = str(where) in entry["downloadable"]
    return Tool(
        name=name,
        version=entry["version"],
        platform=where,
        files={file: path.format(**words) for file, path in entry["files"].items()},
        downloads=tuple(_download(item, words) for item in entry["download"] if downloadable),
        build=_build(entry["build"], words),
        provider=entry.get("provider", ""),
    )


def _download(item: Mapping[str, Any], words: Mapping[str, str]) -> Download:
    return Download(
        file=item["file"],
        url=item["url"].format(**words),
        member=item.get("member", "").format(**words),
        sha256=tuple(item.get("sha256", ())),
        published=item.get("published", "").format(**words),
    )


def _build(item: Mapping[str, Any], words: Mapping[str, str]) -> Build:
    return Build(
        ldflags=item["ldflags"].format(**words),
        packages=item["packages"],
        source=_HERE / item["source"] if "source" in item else None,
        output=item.get("output", ""),
        install=tuple(package.format(**words) for package in item.get("install", ())),
    )
