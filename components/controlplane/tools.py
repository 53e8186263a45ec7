"""How does a command get the outside tools it needs, at the versions we pin?

`ensure` fetches on first use and answers paths: a release where its hosts can be
reached, else a build from Go modules, else a message with the next step. What
Terraform and Node need beyond that is in `terraform` and `node`; versions and
addresses are in tools.toml.
"""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from components.controlplane import downloads, gobuild, pins, toolcache
from components.controlplane.node import cdktf_cli, node_environment
from components.controlplane.pins import Tool
from components.controlplane.progress import Progress, Silent
from components.controlplane.terraform import (
    ProviderMirror,
    alias_for_opentofu,
    mirror_of,
    terraform,
)
from environments.errors import OutsideError

__all__ = [
    "CONTROL_PLANE",
    "HELM",
    "PROVIDERS",
    "ProviderMirror",
    "adopt",
    "cdktf_cli",
    "ensure",
    "missing",
    "node_environment",
    "obtain",
    "provider_mirror",
    "terraform",
]

CONTROL_PLANE = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "kwok",
    "kwokctl",
)
"""What a local control plane is made of."""

PROVIDERS = ("terraform-provider-kubectl",)
"""What Terraform needs to fill it."""

HELM = "terraform-provider-helm"
"""What it needs beside them where charts are to be installed."""


def ensure(
    names: Collection[str], progress: Progress | None = None, *, deep: bool = False
) -> dict[str, Path]:
    """Paths of the named files, fetched or built first where they are not cached.

    *deep* compares the digest of what is cached, not only its size. Raises
    `OutsideError` with the next step when a tool can neither be fetched nor built.
    """
    wanted = _tools(names)
    files: dict[str, Path] = {}
    for tool in wanted:
        files |= obtain(tool, progress or Silent(), deep=deep)
    return {name: files[name] for name in names}


def missing(names: Collection[str]) -> tuple[str, ...]:
    """Which of the named files `ensure` would have to fetch or build first."""
    absent = {
        name for tool in _tools(names) if not toolcache.home(tool).intact() for name in tool.files
    }
    return tuple(name for name in names if name in absent)


def obtain(tool: Tool, progress: Progress, *, deep: bool = False) -> dict[str, Path]:
    """Paths of all files of one tool, wherever it has to come from."""
    place = toolcache.home(tool)
    if not place.intact(deep=deep):
        toolcache.install(
            place,
            lambda folder: _make(tool, folder, progress),
            lambda: progress.step(tool.name, 0, 1, "waiting for another run that makes it"),
        )
        progress.step(tool.name, 1, 1, "ready")
    return place.files


def provider_mirror(
    names: Collection[str] = PROVIDERS, progress: Progress | None = None
) -> ProviderMirror:
    """A Terraform configuration under which `init` finds the named providers on this machine."""
    wanted = _tools(names)
    for tool in wanted:
        obtain(tool, progress or Silent())
    return mirror_of([toolcache.home(tool) for tool in wanted])


def adopt(folder: Path) -> list[str]:
    """Takes every tool whose files all lie in *folder* into the cache; returns their names.

    For machines that neither reach the releases nor hold a Go: carry the
    binaries there. The caller vouches for them.
    """
    adopted = []
    for tool in pins.catalog().values():
        if all((folder / name).is_file() for name in tool.files):
            toolcache.install(toolcache.home(tool), functools.partial(_carry, tool, folder))
            adopted.append(tool.name)
    return adopted


def _tools(names: Iterable[str]) -> list[Tool]:
    owners: Mapping[str, Tool] = {
        file: tool for tool in pins.catalog().values() for file in tool.files
    }
    return list({owners[name].name: owners[name] for name in names}.values())


def _make(tool: Tool, folder: Path, progress: Progress) -> str:
    origin = _fetched_or_built(tool, folder, progress)
    if tool.provider:
        alias_for_opentofu(folder, tool)
    return origin


def _fetched_or_built(tool: Tool, folder: Path, progress: Progress) -> str:
    progress.step(tool.name, 0, 1, f"looking for release {tool.version}")
    try:
        return downloads.fetch(tool, folder, progress)
    except downloads.Unreachable as unreachable:
        no_release = unreachable
    progress.step(tool.name, 0, 1, f"{no_release}; building it from Go modules")
    try:
        return gobuild.build(tool, folder, progress)
    except gobuild.Unbuildable as unbuildable:
        wanted = ".".join(str(part) for part in gobuild.MINIMUM)
        open_network = f" or open the network to {downloads.hosts(tool)}" if tool.downloads else ""
        raise OutsideError(
            f"{tool.name} {tool.version} is not at hand: {no_release}, and {unbuildable}; "
            f"install Go >= {wanted} (https://go.dev/dl){open_network}"
        ) from unbuildable


def _carry(tool: Tool, source: Path, target: Path) -> str:
    placed: dict[tuple[int, int], Path] = {}
    for name, inside in tool.files.items():
        path = target / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        status = (source / name).stat()
        twin = placed.setdefault((status.st_dev, status.st_ino), path)
        if twin is path:
            shutil.copyfile(source / name, path)
        else:
            # One binary under several names stays one.
            path.symlink_to(os.path.relpath(twin, path.parent))
    if tool.provider:
        alias_for_opentofu(target, tool)
    return f"adopted from {source}"
